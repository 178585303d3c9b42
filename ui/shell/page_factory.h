// The list of pages, in the order of the rail. A new page is one line in page_factory.cpp and one in the
// action registry.
#pragma once
#include <vector>

class QWidget;

namespace tally::ui {

class ActionRegistry;
class Page;
class Session;
class StopControl;

std::vector<Page*> makePages(Session& session, const ActionRegistry& actions, StopControl& stop,
                             QWidget* parent);

} // namespace tally::ui
