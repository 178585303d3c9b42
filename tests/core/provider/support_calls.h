// Small helpers that every test of the providers needs.
#pragma once
#include "core/base/file.h"
#include "core/model/call.h"
#include "core/provider/hub.h"
#include "core/provider/recorded.h"

#include <optional>
#include <string>
#include <vector>

namespace tally::test {

ModelCall simpleCall(const std::string& provider, const std::string& model = "m",
                     const std::string& text = "Hi");
std::string fixture(const std::string& name); ///< tests/fixtures/provider/<name>

/// What a call told its owner.
struct Heard {
    std::string text;
    std::string reasoning;
    std::vector<std::string> pieces;
    int ends = 0;
    int after_end = 0; ///< events that came after the end: always 0
    std::optional<provider::CallOutcome> outcome;

    [[nodiscard]] provider::CallEvents events();
    [[nodiscard]] const ModelAnswer& answer() const;  ///< an empty one if the call failed
    [[nodiscard]] const CallFailure& failure() const; ///< an empty one if it did not
};
/// Polls until the call ended; gives up after `rounds` polls and a minute: how many it takes depends on how
/// the other side is scheduled.
void pollUntilEnd(provider::ModelPort& port, const Heard& heard, std::int64_t timeout_us = 100'000,
                  int rounds = 2000);

} // namespace tally::test
