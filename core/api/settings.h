// What holds for a whole workspace: contract rates over the catalogue, proxy and certificates for everybody
// who has none of their own. Called on the owner's job thread; kept in the workspace's settings table (the
// rates as a copy of their file, so that the file may move).
#pragma once
#include "core/api/owner_parts.h"

namespace tally::api {

/// The built-in book with the stored contract rates and those of the command line on top.
Result<std::shared_ptr<const price::PriceBook>> loadPriceBook(store::Connection& db,
                                                              const std::string& command_line_file);
Result<NetworkSettings> loadNetwork(store::Connection& db);
Result<WorkspaceSettings> readSettings(store::Connection& db);

/// Errors: those of the price book, with file and line or JSON pointer; price.too_large, file errors.
Result<ContractInfo> checkContractFile(const std::string& path);
Result<ContractInfo> setContractOf(OwnerParts& parts, const std::string& path);
/// Errors: provider.config for a proxy that is no address, network.ca_file for certificates that cannot be
/// read.
Status setNetworkOf(OwnerParts& parts, const NetworkSettings& network);

} // namespace tally::api
