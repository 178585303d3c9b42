#include "core/price/embedded.h"

#include <cstddef>

// The assembler reads the files: no generated source of megabytes to compile. CMake gives TALLY_RESOURCES and
// rebuilds this file when one of them changes.
#define TALLY_EMBED(symbol, file)                                                                            \
    asm(".section .rodata\n"                                                                                 \
        ".global " #symbol "_begin\n.global " #symbol "_end\n"                                               \
        ".balign 16\n" #symbol "_begin:\n"                                                                   \
        ".incbin \"" TALLY_RESOURCES "/" file "\"\n" #symbol "_end:\n"                                       \
        ".byte 0\n"                                                                                          \
        ".text\n");                                                                                          \
    extern "C" const unsigned char symbol##_begin[];                                                         \
    extern "C" const unsigned char symbol##_end[];

TALLY_EMBED(tally_embedded_catalogue, "prices/catalogue.json")
TALLY_EMBED(tally_embedded_o200k, "tokenizers/o200k_base.ranks.z")
TALLY_EMBED(tally_embedded_cl100k, "tokenizers/cl100k_base.ranks.z")

namespace tally::price::embedded {
std::string_view catalogue() {
    return {reinterpret_cast<const char*>(tally_embedded_catalogue_begin),
            static_cast<std::size_t>(tally_embedded_catalogue_end - tally_embedded_catalogue_begin)};
}
std::span<const unsigned char> o200kRanks() {
    return {tally_embedded_o200k_begin, tally_embedded_o200k_end};
}
std::span<const unsigned char> cl100kRanks() {
    return {tally_embedded_cl100k_begin, tally_embedded_cl100k_end};
}
} // namespace tally::price::embedded
