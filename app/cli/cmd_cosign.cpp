// The signature of an organisation under an export, made where its key is.
#include "app/cli/context.h"
#include "app/cli/print.h"
#include "core/audit/bundle.h"
#include "core/audit/org_sign.h"
#include "core/base/file.h"
#include "core/base/quote.h"

namespace tally::cli {
namespace {
struct CosignArgs {
    std::string path, key;
};

Result<std::string> cosign(const CosignArgs& args) {
    TALLY_ASSIGN(const auto signer, audit::OrgSigner::open(args.key));
    TALLY_ASSIGN(const auto data, audit::BundleData::open(args.path));
    TALLY_ASSIGN(const std::string bundle, audit::signedBundle(data->bytes(), signer));
    DiskFileSystem disk;
    TALLY_TRY(disk.writeAtomic(args.path, bundle, 0600));
    return signer.publicKey().fingerprint();
}
} // namespace

void addCosignCommand(CLI::App& app, Context& context) {
    auto args = std::make_shared<CosignArgs>();
    auto* command = app.add_subcommand(
        "cosign",
        "Add the signature of your organisation (ECDSA P-256) to the newest checkpoint of an export");
    command->add_option("file", args->path, "Bundle; it is replaced")->required();
    command->add_option("--org-key", args->key, "Private key: a PEM file, or a pkcs11: URI")->required();
    command->callback([args, &context] {
        const auto fingerprint = cosign(*args);
        if (!fingerprint) return context.failed(fingerprint.error());
        if (!context.printJson({{"file", args->path}, {"key_sha256", *fingerprint}}))
            print("%s: signed. Readers check it with: tally verify FILE --org-key PUBLIC-KEY.pem\n"
                  "  SHA-256 of the public key: %s\n",
                  escapeForDisplay(args->path).c_str(), fingerprint->c_str());
    });
}

} // namespace tally::cli
