// A certificate authority and a time stamping authority in memory.
#pragma once
#include "core/base/encoding.h"

#include <memory>
#include <string>

namespace tally::test {

class TestTsa {
public:
    explicit TestTsa(const std::string& name);
    [[nodiscard]] const std::string& caPem() const { return ca_pem_; }
    /// A time stamp response (DER) over `text`.
    [[nodiscard]] Bytes stamp(const std::string& text, std::int64_t time) const;

private:
    std::shared_ptr<void> key_, certificate_;
    std::string ca_pem_;
};

/// PEM of a fresh private key on P-256, and of its public half.
std::pair<std::string, std::string> makeP256();

} // namespace tally::test
