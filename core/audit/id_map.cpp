#include "core/audit/id_map.h"

#include <algorithm>
#include <cstring>
#include <functional>

namespace tally::audit {
namespace {
constexpr std::size_t piece_bytes = std::size_t{256} << 10;
} // namespace

std::uint32_t IdMap::hashOf(std::string_view id) {
    return static_cast<std::uint32_t>(std::hash<std::string_view>()(id));
}

/// The item that holds the id, or the free one where it belongs. The table is never full.
IdMap::Item& IdMap::place(std::string_view id, std::uint32_t hash) {
    const std::size_t mask = items_.size() - 1;
    for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
        Item& item = items_[i];
        if (item.text == nullptr || (item.hash == hash && item.is(id))) return item;
    }
}

IdMap::Item* IdMap::find(std::string_view id, std::uint32_t hash) {
    if (items_.empty()) return nullptr;
    Item& item = place(id, hash);
    return item.text == nullptr ? nullptr : &item;
}

void IdMap::insert(std::string_view id, std::uint32_t hash, std::uint32_t value) {
    if (4 * (size_ + 1) > 3 * items_.size()) grow();
    Item& item = place(id, hash);
    if (item.text == nullptr) {
        item = {keep(id), static_cast<std::uint32_t>(id.size()), hash, 0};
        ++size_;
    }
    item.value = value;
}

void IdMap::grow() {
    const std::vector<Item> old = std::move(items_);
    items_.assign(std::max<std::size_t>(64, 2 * old.size()), {});
    const std::size_t mask = items_.size() - 1;
    for (const Item& item : old) {
        if (item.text == nullptr) continue;
        std::size_t i = item.hash & mask;
        while (items_[i].text != nullptr)
            i = (i + 1) & mask;
        items_[i] = item;
    }
}

const char* IdMap::keep(std::string_view id) {
    if (id.size() > left_ || next_ == nullptr) {
        left_ = std::max(piece_bytes, id.size());
        next_ = pieces_.emplace_back(new char[left_]).get();
    }
    char* const at = next_;
    if (!id.empty()) std::memcpy(at, id.data(), id.size());
    next_ += id.size();
    left_ -= id.size();
    return at;
}

} // namespace tally::audit
