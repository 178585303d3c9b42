// Random workflows for the machine's property tests.
#pragma once
#include <cstdint>
#include <string>

namespace tally::test {
std::string randomWorkflow(std::uint64_t seed);
}
