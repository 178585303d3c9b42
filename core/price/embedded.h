// Files of resources/ that are part of the program (an air-gapped install needs nothing beside it). Read-only
// bytes with static lifetime.
#pragma once
#include <span>
#include <string_view>

namespace tally::price::embedded {
std::string_view catalogue();                 ///< resources/prices/catalogue.json
std::span<const unsigned char> o200kRanks();  ///< resources/tokenizers/o200k_base.ranks.z
std::span<const unsigned char> cl100kRanks(); ///< resources/tokenizers/cl100k_base.ranks.z
} // namespace tally::price::embedded
