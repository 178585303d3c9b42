// Foreign bytes as an RFC 3161 token, as certificates and as an organisation's key: no token is trusted by an
// authority that did not make it.
#include "core/audit/org_key.h"
#include "core/audit/timestamp.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace tally;
using namespace tally::audit;

namespace {
/// Of an authority whose private key was thrown away.
constexpr std::string_view authority = "-----BEGIN CERTIFICATE-----\n"
                                       "MIIBkDCCATegAwIBAgIUYQt+CPrcDOl5zHQue8Qy02tCLr0wCgYIKoZIzj0EAwIw\n"
                                       "ETEPMA0GA1UEAwwGTm9ib2R5MCAXDTI2MTEyMjE2MDIwN1oYDzIwODEwODI1MTYw\n"
                                       "MjA3WjARMQ8wDQYDVQQDDAZOb2JvZHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\n"
                                       "AAQf7sufYFZQAybkgOphlMDBQhzcgWx9Bb/vEOUGfjyJZDvVzmMXNJVS78aP5mu2\n"
                                       "LAJa1QXXzJ85YBaNgci0VJlho2swaTAdBgNVHQ4EFgQU8cp7jgmW3tdO7cuff7Jl\n"
                                       "YuYTqJUwHwYDVR0jBBgwFoAU8cp7jgmW3tdO7cuff7JlYuYTqJUwDwYDVR0TAQH/\n"
                                       "BAUwAwEB/zAWBgNVHSUBAf8EDDAKBggrBgEFBQcDCDAKBggqhkjOPQQDAgNHADBE\n"
                                       "AiBJDCpN9R18sr39770O54tDb3G7b+swymbQQFQHRUnv8wIgO1DBPjhPJbL/uDWb\n"
                                       "HIFuEFirQahv+AxrLzX1JeBM+KY=\n"
                                       "-----END CERTIFICATE-----\n";
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const TsaTrust trust = TsaTrust::fromPem(authority).value();
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto token = checkTimestamp({data, size}, "tracelog.example/a\n1\nAAAA\n", nullptr);
    if (token && token->authority.size() > size * 16) std::abort();
    if (checkTimestamp({data, size}, "tracelog.example/a\n1\nAAAA\n", &trust)) std::abort();
    if (const auto other = TsaTrust::fromPem(text); other && other->certificates().empty()) std::abort();
    if (const auto key = OrgKey::fromPem(text)) {
        const auto again = OrgKey::fromPem(key->pem());
        if (!again || again->fingerprint() != key->fingerprint()) std::abort();
    }
    return 0;
}
