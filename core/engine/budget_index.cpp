#include "core/engine/budget_index.h"

namespace tally::engine {
namespace {

std::string_view nameOf(ScopeType type, const Subject& subject) {
    switch (type) {
    case ScopeType::org:
        return {};
    case ScopeType::process:
        return subject.process;
    case ScopeType::workflow:
        return subject.workflow;
    case ScopeType::run:
        return subject.run.str();
    case ScopeType::model:
        return subject.model;
    case ScopeType::user:
        return subject.user;
    }
    return {};
}

/// The subject's own name and, for workflows and processes, those of the called ones, each once.
template <class Use>
void eachName(ScopeType type, const Subject& subject, Use use) {
    const std::string_view own = nameOf(type, subject);
    if (!own.empty()) use(own);
    if (type != ScopeType::workflow && type != ScopeType::process) return;
    const auto calledName = [&](std::size_t i) -> std::string_view {
        return type == ScopeType::workflow ? subject.called[i].first : subject.called[i].second;
    };
    for (std::size_t i = 0; i < subject.called.size(); ++i) {
        const std::string_view name = calledName(i);
        bool known = name.empty() || name == own;
        for (std::size_t j = 0; j < i && !known; ++j)
            known = calledName(j) == name;
        if (!known) use(name);
    }
}

/// "gpt" of "provider/gpt": a model budget may name the model alone.
std::string_view bareModel(std::string_view model) {
    const auto slash = model.find('/');
    return slash == std::string_view::npos ? std::string_view() : model.substr(slash + 1);
}

bool isEach(const Scope& scope) {
    return scope.type != ScopeType::org && scope.name.empty();
}
bool isCalendar(const Budget& budget) {
    return !isGauge(budget.meter) && budget.window != Window::run && budget.window != Window::total;
}

/// A simulated call costs nobody anything.
bool countsIn(const Budget& budget, const Subject& subject) {
    return !subject.simulated || budget.count_simulated || budget.meter != LimitMeter::cost;
}

} // namespace

bool sameBooks(const Budget& a, const Budget& b) {
    return a.scope == b.scope && a.window == b.window && a.meter == b.meter &&
           a.count_simulated == b.count_simulated;
}

BudgetState Book::state() const {
    return {*budget, span.key, span.end_us, spent, reserved, exhausted, last_refusal, simulated};
}

bool covers(const Budget& budget, const Subject& subject) {
    const Scope& scope = budget.scope;
    if (!countsIn(budget, subject)) return false;
    if (scope.type == ScopeType::org) return true;
    bool found = scope.type == ScopeType::run && !subject.batch.empty() && scope.name == subject.batch;
    eachName(scope.type, subject, [&](std::string_view name) {
        found = found || scope.name.empty() || scope.name == name ||
                (scope.type == ScopeType::model && scope.name == bareModel(name));
    });
    return found;
}

namespace {
WindowSpan spanOf(const Budget& budget, const RunId& run, std::string_view name, const WindowSpan& window) {
    WindowSpan out;
    if (isCalendar(budget))
        out = window;
    else if (budget.window == Window::run)
        out.key = run.str();
    const bool run_twice = budget.scope.type == ScopeType::run && budget.window == Window::run;
    if (isEach(budget.scope) && !run_twice) {
        if (!out.key.empty()) out.key += '/';
        out.key += name;
    }
    return out;
}
} // namespace

std::vector<WindowSpan> bookSpans(const Budget& budget, const Subject& subject, const WindowSpan& window) {
    std::vector<WindowSpan> out;
    if (!covers(budget, subject)) return out;
    if (budget.window == Window::run && subject.run.empty()) return out;
    if (isEach(budget.scope))
        eachName(budget.scope.type, subject,
                 [&](std::string_view name) { out.push_back(spanOf(budget, subject.run, name, window)); });
    else
        out.push_back(spanOf(budget, subject.run, {}, window));
    return out;
}

const WindowSpan& BudgetIndex::spanAt(Window window, std::int64_t now_us) {
    WindowSpan& cached = spans_[static_cast<std::size_t>(window)];
    if (window == Window::run || window == Window::total) return cached;
    if (cached.key.empty() || now_us < cached.start_us || now_us >= cached.end_us)
        cached = windowAt(window, now_us);
    return cached;
}

void BudgetIndex::set(const Budget& budget) {
    const auto found = entries_.find(budget.id);
    const auto value = std::make_shared<const Budget>(budget);
    if (found != entries_.end() && sameBooks(*found->second->budget, budget)) {
        found->second->budget = value;
        for (const auto& each : found->second->books) {
            const auto& book = each.second;
            book->budget = value;
            book->exhausted = false;
            book->last_refusal.clear();
            // What is above the new limit was admitted under the old one.
            book->excess = book->used() > value->limit;
            std::erase_if(book->warned, [&](int percent) {
                return book->spent.value() * 100 < value->limit.value() * percent;
            });
            touch(book);
        }
        return;
    }
    if (found != entries_.end()) remove(budget.id);
    auto entry = std::make_unique<Entry>();
    entry->budget = value;
    by_scope_[static_cast<std::size_t>(budget.scope.type)][budget.scope.name].push_back(entry.get());
    entries_.emplace(budget.id, std::move(entry));
    order_.push_back(budget.id);
}

void BudgetIndex::unlist(Entry* entry) {
    auto& names = by_scope_[static_cast<std::size_t>(entry->budget->scope.type)];
    const auto bucket = names.find(entry->budget->scope.name);
    std::erase(bucket->second, entry);
    if (bucket->second.empty()) names.erase(bucket);
}

bool BudgetIndex::remove(const BudgetId& id) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return false;
    unlist(found->second.get());
    for (const auto& [key, book] : found->second->books)
        book->removed = true;
    entries_.erase(found);
    std::erase(order_, id);
    return true;
}

std::shared_ptr<const Budget> BudgetIndex::budget(const BudgetId& id) const {
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : found->second->budget;
}

BookPtr BudgetIndex::bookIn(Entry& entry, const RunId& run, std::string_view name, std::int64_t now_us) {
    const Budget& budget = *entry.budget;
    const bool each = isEach(budget.scope);
    const bool per_run = budget.window == Window::run || (each && budget.scope.type == ScopeType::run);
    if (per_run && run.empty()) return nullptr;
    WindowSpan span = spanOf(budget, run, name, spanAt(budget.window, now_us));
    BookPtr& book = entry.books[span.key];
    if (!book) {
        book = std::make_shared<Book>();
        book->budget = entry.budget;
        book->span = std::move(span);
        if (per_run) book->run = run;
    }
    return book;
}

std::vector<BookPtr> BudgetIndex::match(const Subject& subject, std::int64_t now_us) {
    std::vector<BookPtr> out;
    const auto look = [&](const std::unordered_map<std::string, Bucket>& names, std::string_view listed,
                          std::string_view name) {
        const auto bucket = names.find(std::string(listed));
        if (bucket == names.end()) return;
        for (Entry* entry : bucket->second)
            if (!countsIn(*entry->budget, subject))
                continue;
            else if (BookPtr book = bookIn(*entry, subject.run, name, now_us))
                out.push_back(std::move(book));
    };
    for (std::size_t i = 0; i < by_scope_.size(); ++i) {
        const auto& names = by_scope_[i];
        if (names.empty()) continue;
        const auto type = static_cast<ScopeType>(i);
        if (type == ScopeType::org) {
            for (const auto& [key, bucket] : names)
                look(names, key, {});
            continue;
        }
        eachName(type, subject, [&](std::string_view name) {
            look(names, {}, name);
            look(names, name, name);
            if (type == ScopeType::model && !bareModel(name).empty()) look(names, bareModel(name), name);
        });
        if (type == ScopeType::run && !subject.batch.empty()) look(names, subject.batch, subject.batch);
    }
    return out;
}

std::vector<BookPtr> BudgetIndex::booksFor(const BudgetId& id, const Subject& subject, std::int64_t now_us) {
    std::vector<BookPtr> out;
    const auto found = entries_.find(id);
    if (found == entries_.end() || !covers(*found->second->budget, subject)) return out;
    const Scope& scope = found->second->budget->scope;
    const auto add = [&](std::string_view name) {
        if (BookPtr book = bookIn(*found->second, subject.run, name, now_us)) out.push_back(std::move(book));
    };
    if (isEach(scope))
        eachName(scope.type, subject, add);
    else
        add({});
    return out;
}

BookPtr BudgetIndex::bookAt(const BudgetId& id, const std::string& window_key, std::int64_t now_us) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return nullptr;
    Entry& entry = *found->second;
    BookPtr& book = entry.books[window_key];
    if (book) return book;
    book = std::make_shared<Book>();
    book->budget = entry.budget;
    const Budget& budget = *entry.budget;
    const auto slash = window_key.find('/');
    if (isCalendar(budget)) {
        const WindowSpan& now = spanAt(budget.window, now_us);
        book->span = now;
        // A window that is not the current one is over; its exact end no longer matters.
        if (window_key.substr(0, slash) != now.key) book->span.start_us = 0, book->span.end_us = 1;
        if (isEach(budget.scope) && budget.scope.type == ScopeType::run && slash != std::string::npos)
            book->run = RunId(window_key.substr(slash + 1));
    } else if (budget.window == Window::run ||
               (isEach(budget.scope) && budget.scope.type == ScopeType::run)) {
        book->run = RunId(window_key.substr(0, slash));
    }
    book->span.key = window_key;
    return book;
}

std::vector<BookPtr> BudgetIndex::current(const BudgetId& id, std::int64_t now_us) {
    std::vector<BookPtr> out;
    const auto found = entries_.find(id);
    if (found == entries_.end()) return out;
    Entry& entry = *found->second;
    const Budget& budget = *entry.budget;
    if (!isEach(budget.scope) && budget.window != Window::run) {
        const WindowSpan span = spanOf(budget, {}, {}, spanAt(budget.window, now_us));
        out.push_back(bookAt(id, span.key, now_us));
        return out;
    }
    for (const auto& [key, book] : entry.books)
        if (book->span.end_us == 0 || book->span.end_us > now_us) out.push_back(book);
    std::sort(out.begin(), out.end(),
              [](const BookPtr& a, const BookPtr& b) { return a->span.key < b->span.key; });
    return out;
}

std::vector<BookPtr> BudgetIndex::all() const {
    std::vector<BookPtr> out;
    for (const BudgetId& id : order_)
        for (const auto& [key, book] : entries_.at(id)->books)
            out.push_back(book);
    return out;
}

std::vector<BudgetId> BudgetIndex::ids() const {
    return order_;
}

void BudgetIndex::dropPast(std::int64_t now_us) {
    for (auto& [id, entry] : entries_)
        std::erase_if(entry->books, [&](const auto& item) {
            const Book& book = *item.second;
            return book.span.end_us != 0 && book.span.end_us <= now_us && item.second.use_count() == 1;
        });
}

void BudgetIndex::dropRun(const RunId& run) {
    for (auto& [id, entry] : entries_) {
        const Budget& budget = *entry->budget;
        const bool each_run = isEach(budget.scope) && budget.scope.type == ScopeType::run;
        if (!each_run && budget.window != Window::run) continue;
        if (each_run ? !isCalendar(budget) : !isEach(budget.scope))
            entry->books.erase(run.str()); // the key is the run id alone
        else
            std::erase_if(entry->books, [&](const auto& item) { return item.second->run == run; });
    }
}

void BudgetIndex::touch(const BookPtr& book) {
    if (book->changed) return;
    book->changed = true;
    changed_.push_back(book);
}

std::vector<BudgetState> BudgetIndex::takeChanged() {
    std::vector<BudgetState> out;
    out.reserve(changed_.size());
    for (const BookPtr& book : changed_) {
        book->changed = false;
        if (!book->removed) out.push_back(book->state());
    }
    changed_.clear();
    return out;
}

} // namespace tally::engine
