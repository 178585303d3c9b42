// Texts that only grow in number, each with a small value: the run ids of a log, of which there may be a
// million. The texts lie end to end in large pieces, the table holds 24 bytes for each; no allocation per
// text. One thread.
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace tally::audit {

class IdMap {
public:
    struct Item {
        const char* text = nullptr; ///< null: free
        std::uint32_t length = 0;
        std::uint32_t hash = 0;
        std::uint32_t value = 0;
        [[nodiscard]] bool is(std::string_view id) const { return std::string_view(text, length) == id; }
    };

    /// Any thread: the hash that the other calls want, so that it can be made beforehand.
    static std::uint32_t hashOf(std::string_view id);
    /// Brings the place of an id near; a million places do not fit into the cache.
    void prefetch(std::uint32_t hash) const {
        if (!items_.empty()) __builtin_prefetch(items_.data() + (hash & (items_.size() - 1)));
    }
    /// Null if it is not there. Valid until the next insertion.
    Item* find(std::string_view id, std::uint32_t hash);
    /// Sets the value of this id, which is added if need be.
    void insert(std::string_view id, std::uint32_t hash, std::uint32_t value);
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    [[nodiscard]] Item& place(std::string_view id, std::uint32_t hash);
    void grow();
    const char* keep(std::string_view id);

    std::vector<Item> items_; ///< a power of two, at most three quarters full
    std::size_t size_ = 0;
    std::vector<std::unique_ptr<char[]>> pieces_;
    std::size_t left_ = 0; ///< free bytes at the end of the last piece
    char* next_ = nullptr;
};

} // namespace tally::audit
