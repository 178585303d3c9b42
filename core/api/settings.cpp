#include "core/api/settings.h"

#include "core/base/file.h"
#include "core/store/ops_repo.h"

#include <set>

namespace tally::api {
namespace {
constexpr std::uint64_t largest_contract = 16 << 20;
constexpr const char* contract_text = "prices.contract";
constexpr const char* contract_source = "prices.contract.source";
constexpr const char* contract_set_us = "prices.contract.set_us";
constexpr const char* proxy_key = "network.proxy";
constexpr const char* ca_key = "network.ca_file";

Result<std::string> stored(store::Connection& db, const char* key) {
    TALLY_ASSIGN(auto value, store::SettingRepo::get(db, key));
    return std::move(value).value_or(std::string());
}

Status keep(OwnerParts& parts, const std::vector<std::pair<const char*, std::string>>& values) {
    return parts.store->writer().write([values](store::Tx& tx) -> Status {
        for (const auto& [key, value] : values)
            TALLY_TRY(store::SettingRepo::set(tx, key, value));
        return {};
    });
}

Result<ContractInfo> describe(const std::string& text, const std::string& source) {
    TALLY_ASSIGN(price::PriceBook book, price::PriceBook::builtin());
    TALLY_TRY(book.addLayer(text, source));
    ContractInfo info;
    info.source = source;
    info.name = book.layers().front();
    std::set<std::string> models;
    for (const auto& row : book.rows())
        if (row.layer == info.name) {
            ++info.lines;
            models.insert(row.line.provider + "/" + row.line.model);
        }
    info.models = static_cast<std::int64_t>(models.size());
    return info;
}

Status checkNetwork(const NetworkSettings& network) {
    if (!network.proxy.empty() && network.proxy != "none") {
        const auto scheme = network.proxy.find("://");
        static const std::set<std::string> known{"http", "https", "socks4", "socks4a", "socks5", "socks5h"};
        if (scheme == std::string::npos || known.count(network.proxy.substr(0, scheme)) == 0 ||
            scheme + 3 >= network.proxy.size())
            return fail("network.proxy", "the proxy '" + network.proxy + "' is not an address",
                        "write http://host:port, socks5h://host:port, or none for no proxy at all");
        if (network.proxy.find('@') != std::string::npos)
            return fail("network.proxy", "the proxy's address holds credentials, which are never stored",
                        "use a proxy that knows this machine, or set https_proxy in the environment");
    }
    if (network.ca_file.empty()) return {};
    const auto pem = DiskFileSystem().read(network.ca_file, 16 << 20);
    if (!pem) return fail(pem.error());
    if (pem->find("-----BEGIN CERTIFICATE-----") == std::string::npos &&
        pem->find("-----BEGIN TRUSTED CERTIFICATE-----") == std::string::npos)
        return fail("network.ca_file", "the file holds no certificate in PEM form",
                    "convert it with: openssl x509 -inform der -in FILE -out FILE.pem", network.ca_file);
    return {};
}
} // namespace

Result<std::shared_ptr<const price::PriceBook>> loadPriceBook(store::Connection& db,
                                                              const std::string& command_line_file) {
    TALLY_ASSIGN(price::PriceBook book, price::PriceBook::builtin());
    TALLY_ASSIGN(const std::string text, stored(db, contract_text));
    if (!text.empty()) {
        TALLY_ASSIGN(const std::string source, stored(db, contract_source));
        TALLY_TRY(book.addLayer(text, source));
    }
    if (!command_line_file.empty()) {
        TALLY_ASSIGN(const std::string more, DiskFileSystem().read(command_line_file, largest_contract));
        TALLY_TRY(book.addLayer(more, command_line_file));
    }
    return std::make_shared<const price::PriceBook>(std::move(book));
}

Result<NetworkSettings> loadNetwork(store::Connection& db) {
    NetworkSettings out;
    TALLY_ASSIGN(out.proxy, stored(db, proxy_key));
    TALLY_ASSIGN(out.ca_file, stored(db, ca_key));
    return out;
}

Result<WorkspaceSettings> readSettings(store::Connection& db) {
    WorkspaceSettings out;
    TALLY_ASSIGN(out.network, loadNetwork(db));
    TALLY_ASSIGN(const std::string text, stored(db, contract_text));
    if (text.empty()) return out;
    TALLY_ASSIGN(const std::string source, stored(db, contract_source));
    TALLY_ASSIGN(out.contract, describe(text, source));
    TALLY_ASSIGN(const std::string set_us, stored(db, contract_set_us));
    out.contract.set_us = std::strtoll(set_us.c_str(), nullptr, 10);
    return out;
}

Result<ContractInfo> checkContractFile(const std::string& path) {
    TALLY_ASSIGN(const std::string text, DiskFileSystem().read(path, largest_contract));
    return describe(text, path);
}

Result<ContractInfo> setContractOf(OwnerParts& parts, const std::string& path) {
    std::string text;
    ContractInfo info;
    if (!path.empty()) {
        TALLY_ASSIGN(text, DiskFileSystem().read(path, largest_contract));
        TALLY_ASSIGN(info, describe(text, path));
        info.set_us = parts.clock->wallUs();
    }
    TALLY_TRY(keep(parts, {{contract_text, text},
                           {contract_source, info.source},
                           {contract_set_us, std::to_string(info.set_us)}}));
    auto book = parts.store->readers().read<std::shared_ptr<const price::PriceBook>>(
        [&](store::Connection& db) { return loadPriceBook(db, parts.options.contract_prices); });
    if (!book) return fail(book.error());
    parts.prices.set(*book);
    parts.engine->setPrices(std::move(*book));
    return info;
}

Status setNetworkOf(OwnerParts& parts, const NetworkSettings& network) {
    TALLY_TRY(checkNetwork(network));
    TALLY_TRY(keep(parts, {{proxy_key, network.proxy}, {ca_key, network.ca_file}}));
    parts.board->setNetwork(network);
    parts.keys->applyAll();
    return {};
}

} // namespace tally::api
