#include "app/cli/context.h"
#include "app/cli/print.h"
#include "app/cli/table.h"
#include "core/api/codec.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <termios.h>
#include <unistd.h>

namespace tally::cli {
namespace {
/// From the terminal without echo, or one line from a pipe; never from the command line, where every process
/// could read it.
std::string readKey() {
    termios before{};
    const bool terminal = ::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &before) == 0;
    if (terminal) {
        std::fprintf(stderr, "key: ");
        termios silent = before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    std::string key;
    std::getline(std::cin, key);
    if (terminal) {
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        std::fprintf(stderr, "\n");
    }
    return key;
}

/// The owner may be another process in another folder.
std::string absolutePath(const std::string& path) {
    std::error_code error;
    return path.empty() ? path : std::filesystem::absolute(path, error).string();
}

void list(Context& context) {
    auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    const auto all =
        api::wait<std::vector<api::ProviderInfo>>([&](auto reply) { (*workspace)->providers(reply); });
    if (!all) return context.failed(all.error());
    if (context.printJson({{"providers", *all}})) return;
    Table table({"Name", "Kind", "Address", "Key", "Models", "State"});
    for (const auto& p : *all) {
        std::string models;
        for (const auto& model : p.models)
            models += (models.empty() ? "" : ", ") + model;
        table.row({p.name, p.kind + (p.simulated ? " (simulated)" : ""), p.base_url,
                   p.key_source + (p.key_source == "none" || p.key_present ? "" : " (missing)"), models,
                   p.health});
    }
    table.print();
}

void done(Context& context, api::Workspace& workspace,
          const std::function<void(api::Workspace&, api::Done)>& call, const char* text) {
    const auto result = api::wait<bool>([&](auto reply) {
        call(workspace, [reply](const Status& status) {
            if (status)
                reply(true);
            else
                reply(fail(status.error()));
        });
    });
    if (!result) return context.failed(result.error());
    if (!context.printJson({{"ok", true}})) print("%s\n", text);
}

/// Changes what was named on the command line and leaves the rest.
struct Change {
    std::string name, url, key_env, price_as, proxy, ca_file;
    std::int64_t rpm = 0, tpm = 0, concurrent = 0;
};

void change(Context& context, const CLI::App& command, const Change& asked) {
    auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    const auto all =
        api::wait<std::vector<api::ProviderInfo>>([&](auto reply) { (*workspace)->providers(reply); });
    if (!all) return context.failed(all.error());
    const auto found = std::find_if(all->begin(), all->end(),
                                    [&](const api::ProviderInfo& p) { return p.name == asked.name; });
    if (found == all->end())
        return context.failed(
            {"provider.unknown", "there is no provider '" + asked.name + "'", "tally provider list", {}});
    api::AddProvider request{*found, {}};
    const auto given = [&](const char* option) { return command.count(option) > 0; };
    if (given("--url")) request.info.base_url = asked.url;
    if (given("--key-env")) request.info.key_source = asked.key_env.empty() ? "none" : "env:" + asked.key_env;
    if (given("--price-as")) request.info.price_as = asked.price_as;
    if (given("--rpm")) request.info.requests_per_minute = asked.rpm;
    if (given("--tpm")) request.info.tokens_per_minute = asked.tpm;
    if (given("--concurrent")) request.info.concurrent = asked.concurrent;
    if (given("--proxy")) request.info.proxy = asked.proxy;
    if (given("--ca-file")) request.info.ca_file = absolutePath(asked.ca_file);
    done(
        context, **workspace, [&](api::Workspace& w, api::Done d) { w.addProvider(request, std::move(d)); },
        "changed");
}

void showNetwork(Context& context) {
    auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    const auto settings =
        api::wait<api::WorkspaceSettings>([&](auto reply) { (*workspace)->settings(reply); });
    if (!settings) return context.failed(settings.error());
    const api::NetworkSettings& network = settings->network;
    if (context.printJson({{"proxy", network.proxy}, {"ca_file", network.ca_file}})) return;
    print("proxy         %s\ncertificates  %s\n",
          network.proxy.empty() ? "as the environment says" : network.proxy.c_str(),
          network.ca_file.empty() ? "the system's" : network.ca_file.c_str());
}

void setNetwork(Context& context, const CLI::App& command, const api::NetworkSettings& asked) {
    auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    const auto settings =
        api::wait<api::WorkspaceSettings>([&](auto reply) { (*workspace)->settings(reply); });
    if (!settings) return context.failed(settings.error());
    api::NetworkSettings network = settings->network;
    if (command.count("--proxy") > 0) network.proxy = asked.proxy;
    if (command.count("--ca-file") > 0) network.ca_file = absolutePath(asked.ca_file);
    done(
        context, **workspace, [&](api::Workspace& w, api::Done d) { w.setNetwork(network, std::move(d)); },
        "changed");
}

void test(Context& context, const std::string& name) {
    auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    const auto sentence =
        api::wait<std::string>([&](auto reply) { (*workspace)->testProvider(name, reply); });
    if (!sentence) return context.failed(sentence.error());
    if (!context.printJson({{"ok", true}, {"sentence", *sentence}})) print("%s\n", sentence->c_str());
}
} // namespace

void addProviderCommands(CLI::App& app, Context& context) {
    auto* provider = app.add_subcommand("provider", "Who answers model calls");
    provider->require_subcommand(1);
    provider->add_subcommand("list", "List providers")->callback([&context] { list(context); });
    struct Args {
        api::ProviderInfo info;
        std::string key_env;
        bool ask_key = false;
    };
    auto args = std::make_shared<Args>();
    auto* add = provider->add_subcommand("add", "Connect a server: OpenAI-compatible (OpenAI, vLLM, "
                                                "llama.cpp, Ollama, LM Studio), Anthropic or Gemini");
    add->add_option("name", args->info.name, "Name that workflows use: name/model")->required();
    add->add_option("--kind", args->info.kind, "openai (any compatible server), anthropic or gemini")
        ->required()
        ->check(CLI::IsMember({"openai", "anthropic", "gemini"}));
    add->add_option("--url", args->info.base_url,
                    "Base URL, e.g. http://localhost:8080/v1 (default: the vendor's)");
    add->add_option("--key-env", args->key_env, "Environment variable that holds the key");
    add->add_flag("--ask-key", args->ask_key, "Ask for the key and keep it in the keychain");
    add->add_option("--price-as", args->info.price_as, "Provider name in the price book, if it differs");
    add->add_option("--rpm", args->info.requests_per_minute, "Requests per minute");
    add->add_option("--tpm", args->info.tokens_per_minute, "Tokens per minute");
    add->add_option("--concurrent", args->info.concurrent, "Calls at once");
    add->add_option("--proxy", args->info.proxy, "Proxy URL");
    add->add_option("--ca-file", args->info.ca_file, "PEM file of certificates to trust");
    add->callback([args, &context] {
        api::AddProvider request{args->info, {}};
        request.info.ca_file = absolutePath(request.info.ca_file);
        if (!args->key_env.empty()) request.info.key_source = "env:" + args->key_env;
        if (args->ask_key) {
            request.info.key_source = "keychain";
            request.key = readKey();
        }
        auto workspace = context.open();
        if (!workspace) return context.failed(workspace.error());
        done(
            context, **workspace,
            [&](api::Workspace& w, api::Done d) { w.addProvider(request, std::move(d)); }, "added");
    });
    auto asked = std::make_shared<Change>();
    auto* set = provider->add_subcommand("set", "Change a provider: only what is named");
    set->add_option("name", asked->name, "Name")->required();
    set->add_option("--url", asked->url, "Base URL");
    set->add_option("--key-env", asked->key_env, "Environment variable that holds the key; empty: no key");
    set->add_option("--price-as", asked->price_as,
                    "Provider name in the price book; local: hardware of your own, tokens cost nothing");
    set->add_option("--rpm", asked->rpm, "Requests per minute; 0: no limit");
    set->add_option("--tpm", asked->tpm, "Tokens per minute; 0: no limit");
    set->add_option("--concurrent", asked->concurrent, "Calls at once; 0: no limit");
    set->add_option("--proxy", asked->proxy, "Proxy URL; empty: the workspace's");
    set->add_option("--ca-file", asked->ca_file, "PEM file of certificates to trust; empty: the workspace's");
    set->callback([set, asked, &context] { change(context, *set, *asked); });
    auto* remove = provider->add_subcommand("remove", "Remove a provider");
    remove->add_option("name", args->info.name, "Name")->required();
    remove->callback([args, &context] {
        auto workspace = context.open();
        if (!workspace) return context.failed(workspace.error());
        done(
            context, **workspace,
            [&](api::Workspace& w, api::Done d) { w.removeProvider(args->info.name, std::move(d)); },
            "removed");
    });
    auto* test_command =
        provider->add_subcommand("test", "Ask for the model list: proves address and key, costs nothing");
    test_command->add_option("name", args->info.name, "Name")->required();
    test_command->callback([args, &context] { test(context, args->info.name); });

    auto* network = app.add_subcommand(
        "network", "Proxy and certificates of providers and tools that name none of their own");
    network->require_subcommand(1);
    network->add_subcommand("show", "What is set")->callback([&context] { showNetwork(context); });
    auto shared = std::make_shared<api::NetworkSettings>();
    auto* change_network = network->add_subcommand("set", "Change proxy or certificates: only what is named");
    change_network->add_option("--proxy", shared->proxy,
                               "http://host:port, socks5h://host:port, none; empty: as the environment says");
    change_network->add_option("--ca-file", shared->ca_file,
                               "PEM file of certificates to trust; empty: the system's");
    change_network->callback(
        [change_network, shared, &context] { setNetwork(context, *change_network, *shared); });
}

} // namespace tally::cli
