// Lines of a log look alike: the same keys in the same order, a million times. LineShapes remembers the
// sequences of keys seen so far as a tree and reads a further line along it: whole keys are compared at once,
// and what follows from the keys alone (their order, the known fields, most field rules) was settled when
// the sequence was learned.
//
// It accepts only what the strict reader (cfp.h) and the field rules (entry_rules.h) accept without a
// finding, with the same fields; any other line is left to them, so that errors have one judge. One thread at
// a time.
#pragma once
#include "core/audit/cfp.h"
#include "core/audit/field_rules.h"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tally::audit {

class LineShapes {
public:
    static constexpr std::size_t max_fields = 48;
    using Fields = std::array<CfpField, max_fields>;

    /// Number of the shape that the line has, its fields in `out`; -1 if no known one fits.
    int read(std::string_view line, Fields& out) const;
    [[nodiscard]] std::size_t fieldsOf(int shape) const {
        return shapes_[static_cast<std::size_t>(shape)].fields;
    }

    /// Remembers the shape of a line that was read strictly and has no finding. Returns its number, -1 if it
    /// cannot be remembered. Shapes are numbered from 0 upwards; when the tree has grown too large, all are
    /// forgotten and numbers start again.
    int learn(const EntryView& view, Kind kind);
    [[nodiscard]] std::size_t size() const { return shapes_.size(); }

private:
    static constexpr std::size_t literal_max = 64;
    /// One key with what stands around it: `,"key":` or, for a field whose values are few, `,"key":"value"`.
    struct Node {
        alignas(16) std::array<char, literal_max> literal{};
        std::uint64_t key_word = 0;
        std::int64_t number = 0; ///< constant integer
        std::int32_t child = -1, sibling = -1, shape = -1;
        std::uint8_t length = 0, key_length = 0, value_length = 0; ///< value_length: of a constant
        std::uint8_t hex = 0; ///< so many hex digits are expected here (for parent: or none)
        CfpType type = CfpType::string;
        bool constant = false;
        bool matches(const char* at, const char* end) const;
    };
    struct Check {
        std::uint8_t field;
        FieldForm form;
    };
    struct Shape {
        std::size_t fields = 0;
        std::vector<Check> checks; ///< what the keys alone do not settle
    };

    std::vector<Node> nodes_;
    std::vector<Shape> shapes_;
    std::int32_t root_ = -1;
};

} // namespace tally::audit
