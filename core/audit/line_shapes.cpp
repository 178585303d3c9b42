#include "core/audit/line_shapes.h"

#include "core/audit/cfp_scan.h"
#include "core/audit/field_rules.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace tally::audit {
namespace {

constexpr std::size_t max_nodes = 2048;
constexpr std::size_t max_values = 12; ///< different values of one constant field in one place

/// Fields with few different values: these stand in the tree with their value, so that rules that depend on
/// it are settled too. `log` is one because a file is of one log.
bool isConstant(std::string_view key, const FieldRule* rule) {
    if (key == "kind" || key == "op" || key == "log") return true;
    return rule != nullptr && (rule->form == FieldForm::choice || rule->form == FieldForm::one);
}

/// Up to sixteen digits in canonical form with a byte behind them that is no digit. Returns their number, 0
/// if it is anything else.
std::size_t digitsAt(const char* at, const char* end, std::int64_t& value) {
    std::size_t n = 0;
    std::uint64_t v = 0;
    if constexpr (std::endian::native == std::endian::little) {
        // Eight at a time: distances from '0' above 9 get their top bit set, the lowest such byte is where
        // the number ends; then neighbours are joined to pairs, fours and eight.
        static constexpr std::uint64_t powers[9] = {1,       10,        100,        1'000,      10'000,
                                                    100'000, 1'000'000, 10'000'000, 100'000'000};
        while (n < 16 && end - at >= static_cast<std::ptrdiff_t>(n) + 8) {
            std::uint64_t w = 0;
            std::memcpy(&w, at + n, 8);
            w ^= 0x3030303030303030U;
            const std::uint64_t other = ((w + 0x7676767676767676U) | w) & 0x8080808080808080U;
            const auto k = static_cast<unsigned>(std::countr_zero(other)) / 8;
            if (k == 0) break;
            w <<= 64 - 8 * k;
            w = w * 10 + (w >> 8);
            w = ((w & 0x000000ff000000ffU) * 0x000f424000000064U +
                 ((w >> 16) & 0x000000ff000000ffU) * 0x0000271000000001U) >>
                32;
            v = v * powers[k] + w;
            n += k;
            if (k < 8) break;
        }
    }
    while (n < 16 && at + n < end && at[n] >= '0' && at[n] <= '9')
        v = v * 10 + static_cast<std::uint64_t>(at[n++] - '0');
    if (n == 0 || at + n >= end || (at[n] >= '0' && at[n] <= '9')) return 0;
    if (at[0] == '0' && n > 1) return 0;
    value = static_cast<std::int64_t>(v); // below 10^16
    return v > static_cast<std::uint64_t>(max_cfp_int) ? 0 : n;
}

std::uint8_t hexDigits(FieldForm form) {
    switch (form) {
    case FieldForm::hex16:
    case FieldForm::parent:
        return 16;
    case FieldForm::hex32:
        return 32;
    case FieldForm::hex64:
        return 64;
    default:
        return 0;
    }
}

bool holds(FieldForm form, const CfpField& f, std::string_view line) {
    const std::string_view raw = line.substr(f.value_at, f.value_len);
    switch (form) {
    case FieldForm::positive:
        return f.number >= 1;
    case FieldForm::hex16:
        return isHex(raw, 16);
    case FieldForm::hex32:
        return isHex(raw, 32);
    case FieldForm::hex64:
        return isHex(raw, 64);
    case FieldForm::parent:
        return raw.empty() || isHex(raw, 16);
    default:
        return false;
    }
}

} // namespace

inline bool LineShapes::Node::matches(const char* at, const char* end) const {
    if (end - at < length) return false;
    std::size_t from = 0;
#if defined(__SSE2__)
    for (; from < length && end - at >= static_cast<std::ptrdiff_t>(from) + 16; from += 16) {
        const std::size_t left = length - from;
        const unsigned wanted = left >= 16 ? 0xffffU : (1U << left) - 1U;
        const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + from));
        const __m128i mine = _mm_load_si128(reinterpret_cast<const __m128i*>(literal.data() + from));
        if ((static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(text, mine))) & wanted) != wanted)
            return false;
    }
    if (from >= length) return true;
#endif
    return std::memcmp(at + from, literal.data() + from, length - from) == 0;
}

int LineShapes::read(std::string_view line, Fields& out) const {
    if (line.size() > max_entry_bytes) return -1;
    const char* const begin = line.data();
    const char* const end = begin + line.size();
    const char* at = begin;
    std::int32_t next = root_;
    std::uint64_t hex = 0; // fields that are known to be the hex digits that their place expects
    for (std::size_t n = 0; n < max_fields; ++n) {
        while (next >= 0 && !nodes_[static_cast<std::size_t>(next)].matches(at, end))
            next = nodes_[static_cast<std::size_t>(next)].sibling;
        if (next < 0) return -1;
        const Node& node = nodes_[static_cast<std::size_t>(next)];
        CfpField& f = out[n];
        f.key_word = node.key_word;
        f.key_len = node.key_length;
        f.key_at = static_cast<std::uint32_t>(at - begin + 2);
        f.type = node.type;
        f.escaped = false;
        f.number = node.number;
        at += node.length;
        if (node.constant) {
            const std::uint32_t quote = node.type == CfpType::string ? 1 : 0;
            f.value_at = static_cast<std::uint32_t>(at - begin) - quote - node.value_length;
            f.value_len = node.value_length;
        } else if (node.hex != 0 && end - at > node.hex && at[node.hex] == '"' &&
                   isHex({at, node.hex}, node.hex)) {
            f.value_at = static_cast<std::uint32_t>(at - begin);
            f.value_len = node.hex;
            hex |= std::uint64_t{1} << n;
            at += node.hex + 1;
        } else if (node.type == CfpType::string) { // the literal ends behind the opening quote
            auto i = static_cast<std::size_t>(at - begin);
            f.value_at = static_cast<std::uint32_t>(i);
            if (scanString(line, i, f.escaped) != CfpCode::ok) return -1;
            f.value_len = static_cast<std::uint32_t>(i - 1 - f.value_at);
            at = begin + i;
        } else {
            f.value_at = static_cast<std::uint32_t>(at - begin);
            const std::size_t digits = digitsAt(at, end, f.number);
            if (digits == 0) return -1;
            f.value_len = static_cast<std::uint32_t>(digits);
            at += digits;
        }
        if (node.shape >= 0 && end - at == 1 && *at == '}') {
            for (const Check& check : shapes_[static_cast<std::size_t>(node.shape)].checks) {
                const CfpField& g = out[check.field];
                const bool settled = (hex >> check.field & 1) != 0 && g.value_len == hexDigits(check.form);
                if (!settled && !holds(check.form, g, line)) return -1;
            }
            return node.shape;
        }
        next = node.child;
    }
    return -1;
}

int LineShapes::learn(const EntryView& view, Kind kind) {
    if (view.size() == 0 || view.size() > max_fields) return -1;
    if (nodes_.size() + view.size() > max_nodes) {
        nodes_.clear();
        shapes_.clear();
        root_ = -1;
    }
    const FieldRules& rules = rulesFor(kind, kind == Kind::run ? view.plain("op").value_or("") : "");
    Shape shape;
    shape.fields = view.size();
    std::int32_t parent = -1;
    for (std::size_t i = 0; i < view.size(); ++i) {
        const CfpField& f = view[i];
        const std::string_view key = view.key(f);
        const auto at = std::lower_bound(rules.begin(), rules.end(), key,
                                         [](const FieldRule& r, std::string_view k) { return r.field < k; });
        const FieldRule* rule = at != rules.end() && at->field == key ? &*at : nullptr;
        // Negative numbers and booleans are rare: their lines go the long way.
        if (f.type == CfpType::boolean || (f.type == CfpType::integer && f.number < 0)) return -1;
        Node node;
        node.key_word = f.key_word;
        node.key_length = f.key_len;
        node.type = f.type;
        node.constant = isConstant(key, rule) && !f.escaped;
        std::string literal(i == 0 ? "{\"" : ",\"");
        literal.append(key).append("\":");
        if (f.type == CfpType::string) literal.push_back('"');
        if (node.constant) {
            literal.append(view.raw(f));
            if (f.type == CfpType::string) literal.push_back('"');
            node.number = f.number;
            node.value_length = static_cast<std::uint8_t>(f.value_len);
        } else if (rule != nullptr && rule->form != FieldForm::natural && rule->form != FieldForm::string) {
            shape.checks.push_back({static_cast<std::uint8_t>(i), rule->form});
            node.hex = hexDigits(rule->form);
        }
        if (literal.size() > literal_max) return -1;
        std::copy(literal.begin(), literal.end(), node.literal.begin());
        node.length = static_cast<std::uint8_t>(literal.size());

        std::int32_t& first = parent < 0 ? root_ : nodes_[static_cast<std::size_t>(parent)].child;
        std::size_t siblings = 0;
        std::int32_t same = first;
        while (same >= 0 && nodes_[static_cast<std::size_t>(same)].literal != node.literal) {
            same = nodes_[static_cast<std::size_t>(same)].sibling;
            ++siblings;
        }
        if (same < 0) {
            if (siblings >= max_values) return -1;
            node.sibling = first;
            same = first = static_cast<std::int32_t>(nodes_.size());
            nodes_.push_back(node);
        }
        parent = same;
    }
    Node& last = nodes_[static_cast<std::size_t>(parent)];
    if (last.shape < 0) {
        last.shape = static_cast<std::int32_t>(shapes_.size());
        shapes_.push_back(std::move(shape));
    }
    return last.shape;
}

} // namespace tally::audit
