#include "core/engine/budget_text.h"

#include "core/base/clock.h"

#include <fmt/format.h>

namespace tally::engine {
namespace {
std::string limitText(const Book& book) {
    return amountText(book.budget->meter, book.budget->limit);
}
std::string levels(const Book& book) {
    const LimitMeter meter = book.budget->meter;
    if (isGauge(meter)) return amountText(meter, book.reserved) + " in use";
    const std::string simulated =
        book.simulated > PicoSum() && meter == LimitMeter::cost
            ? " (" + amountText(meter, book.simulated) + " of it by simulated calls)"
            : std::string();
    return amountText(meter, book.spent) + " spent" + simulated + ", " + amountText(meter, book.reserved) +
           " reserved";
}
/// A limit that is needed is printed to the last digit: a rounded one would be too low.
std::string exactText(LimitMeter meter, PicoSum amount) {
    return meter == LimitMeter::cost ? "$" + amount.toString() : amountText(meter, amount);
}
} // namespace

std::string budgetName(const Budget& budget) {
    std::string name = fmt::format("the {} {} budget of {}", toString(budget.policy), toString(budget.meter),
                                   budget.scope.name.empty() && budget.scope.type != ScopeType::org
                                       ? "each " + std::string(toString(budget.scope.type))
                                       : budget.scope.str());
    if (!isGauge(budget.meter) && budget.window != Window::total)
        name += fmt::format(" per {}", toString(budget.window));
    if (!budget.label.empty()) name += fmt::format(" ('{}')", budget.label);
    return name;
}

std::string blockSentence(const Book& book, PicoSum wanted) {
    const Budget& budget = *book.budget;
    const PicoSum missing = book.used() + wanted - budget.limit;
    std::string out = fmt::format("T{} has a limit of {}: {}; this step could need {}, which is {} too much.",
                                  budgetName(budget).substr(1), limitText(book), levels(book),
                                  amountText(budget.meter, wanted), amountText(budget.meter, missing));
    std::string release;
    if (book.spent + wanted <= budget.limit)
        release = isGauge(budget.meter) ? "when calls under way end"
                                        : "when calls under way settle below what is reserved for them";
    if (book.span.end_us != 0 && wanted <= budget.limit)
        release += (release.empty() ? "" : ", or ") +
                   fmt::format("when its window ends at {}", isoUtc(book.span.end_us));
    if (!release.empty()) release += ", or ";
    return out + fmt::format(" It fits {}when the limit is at least {}.", release,
                             exactText(budget.meter, book.used() + wanted));
}

std::string openingSentence(const Book& book) {
    return "T" + budgetName(*book.budget).substr(1) +
           " is not ready yet: what was spent before is being counted.";
}

std::string warnSentence(const Book& book, int percent) {
    return fmt::format("T{} has used {} % of its limit of {}: {}.", budgetName(*book.budget).substr(1),
                       percent, limitText(book), levels(book));
}

std::string breachSentence(const Book& book) {
    std::string out = fmt::format("T{} is used up: {} of {}.", budgetName(*book.budget).substr(1),
                                  levels(book), limitText(book));
    if (book.span.end_us != 0) out += fmt::format(" Its window ends at {}.", isoUtc(book.span.end_us));
    return out;
}

} // namespace tally::engine
