#include "app/window/seed_vault.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusConnectionInterface>

#include <cstdio>
#include <iostream>
#include <iterator>

namespace tally::window {
namespace {
auto absent() {
    return tally::fail("key.store", "this session has no keychain service",
                       "install one (gnome-keyring, KWallet, KeePassXC), or leave the key in its file");
}
std::string entry(const std::string& name) {
    return "log/" + name; // apart from the providers' keys
}
} // namespace

bool SeedVault::present() {
    static const bool found = [] {
        // Without an address libdbus would try to start a bus of its own.
        if (qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS")) return false;
        const QDBusConnection bus = QDBusConnection::sessionBus();
        if (!bus.isConnected()) return false;
        const QStringList known = bus.interface()->registeredServiceNames().value() +
                                  bus.interface()->activatableServiceNames().value();
        for (const char* service : {"org.freedesktop.secrets", "org.kde.kwalletd6", "org.kde.kwalletd5"})
            if (known.contains(QLatin1String(service))) return true;
        return false;
    }();
    return found;
}

Result<std::optional<std::string>> SeedVault::get(const std::string& name) {
    if (!present()) return absent();
    auto secret = keys_.get(entry(name));
    if (secret) return std::optional<std::string>(secret->reveal());
    if (secret.error().code == "key.missing") return std::optional<std::string>();
    return tally::fail(secret.error());
}

Status SeedVault::set(const std::string& name, const std::string& secret) {
    if (!present()) return absent();
    return keys_.set(entry(name), provider::Secret(secret));
}

Status SeedVault::remove(const std::string& name) {
    if (!present()) return absent();
    return keys_.remove(entry(name));
}

int serveKeychain(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    const QStringList words = QCoreApplication::arguments();
    KeychainStore keys;
    SeedVault vault(keys);
    const auto answer = [](const Status& done) {
        if (!done) std::fprintf(stderr, "%s\n", done.error().text().c_str());
        return done ? 0 : 2;
    };
    if (words.size() != 4) return answer(tally::fail("usage", "--keychain get|set|remove NAME"));
    const std::string name = words[3].toStdString();
    if (words[2] == QLatin1String("set")) {
        std::string secret{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
        return answer(vault.set(name, secret));
    }
    if (words[2] == QLatin1String("remove")) return answer(vault.remove(name));
    const auto secret = vault.get(name);
    if (!secret) return answer(tally::fail(secret.error()));
    if (!*secret) return 1;
    std::fwrite((*secret)->data(), 1, (*secret)->size(), stdout);
    return 0;
}

} // namespace tally::window
