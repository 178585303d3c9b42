// The style sheet, made from tokens. No `::item` rule of an item view appears in it: such a rule changes how
// that view draws its selection, and rows are drawn by our delegates.
#pragma once
#include <QString>

namespace tally::ui {
struct Tokens;
QString styleSheet(const Tokens& tokens);
} // namespace tally::ui
