// Shell completion and the manual page, made from the same tree of commands that parses the command line, so
// that neither can say something else than the program.
#include "app/cli/context.h"
#include "app/cli/print.h"

#include <fmt/format.h>

namespace tally::cli {
namespace {
std::vector<const CLI::App*> children(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<std::string> words(const CLI::App& app) {
    std::vector<std::string> out;
    for (const auto* child : children(app))
        out.push_back(child->get_name());
    for (const auto* option : app.get_options())
        for (const auto& name : option->get_lnames())
            out.push_back("--" + name);
    return out;
}

void eachCommand(const CLI::App& app, const std::string& path,
                 const std::function<void(const std::string&, const CLI::App&)>& visit) {
    visit(path, app);
    for (const auto* child : children(app))
        eachCommand(*child, path.empty() ? child->get_name() : path + " " + child->get_name(), visit);
}

std::string bash(const CLI::App& app) {
    std::string cases;
    eachCommand(app, "", [&](const std::string& path, const CLI::App& command) {
        cases += fmt::format("    \"{}\") words=\"{}\" ;;\n", path, fmt::join(words(command), " "));
    });
    return "# bash completion for tally; load with: source <(tally completion bash)\n_tally() {\n"
           "  local path=\"\" word i words\n"
           "  for ((i = 1; i < COMP_CWORD; i++)); do\n    word=\"${COMP_WORDS[i]}\"\n"
           "    [[ \"$word\" == -* ]] || path=\"${path:+$path }$word\"\n  done\n  case \"$path\" in\n" +
           cases +
           "    *) words=\"\" ;;\n  esac\n"
           "  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
           "  [[ ${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -f -- "
           "\"${COMP_WORDS[COMP_CWORD]}\"))\n}\ncomplete -F _tally tally\n";
}

std::string zsh(const CLI::App& app) {
    return "#compdef tally\n# zsh completion for tally; load with: source <(tally completion zsh)\nautoload "
           "-U +X bashcompinit && bashcompinit\n" +
           bash(app);
}

std::string roff(std::string text) {
    std::string out;
    for (const char c : text)
        out += c == '\\' ? "\\e" : c == '-' ? "\\-" : std::string(1, c);
    if (!out.empty() && (out[0] == '.' || out[0] == '\'')) out.insert(0, "\\&");
    return out;
}

std::string man(const CLI::App& app) {
    std::string out =
        ".TH TALLY 1 \"\" \"Tallystick 0.1.0\" \"User Commands\"\n.SH NAME\ntally \\- run, price, stop and "
        "verify LLM workflows\n"
        ".SH SYNOPSIS\n.B tally\n[\\fIOPTIONS\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]\n.SH DESCRIPTION\n" +
        roff(app.get_description()) + "\n.SH COMMANDS\n";
    eachCommand(app, "tally", [&](const std::string& path, const CLI::App& command) {
        out += ".SS \"" + roff(path) + "\"\n" + roff(command.get_description()) + "\n";
        for (const auto* option : command.get_options()) {
            if (option->get_name() == "--help" || option->get_name() == "-h,--help") continue;
            out += ".TP\n\\fB" + roff(option->get_name(option->get_positional(), true)) + "\\fR\n" +
                   roff(option->get_description()) + "\n";
        }
    });
    return out + ".SH EXIT STATUS\n.TP\n0\ndone; for verify: the verdict is ok\n.TP\n1\nnot ok: the log is "
                 "altered or not signed, a run failed or was stopped, a definition has errors, there is no "
                 "such run, or an order was refused\n"
                 ".TP\n2\nusage, or input and output: files, the workspace, the process that owns "
                 "it\n.TP\n128 + n\nended by signal n\n.SH ENVIRONMENT\n.TP\nTALLYSTICK_WORKSPACE\nfolder of "
                 "the workspace\n.TP\nTALLY_RESOURCES\nfolder of the program's resource files\n"
                 ".TP\nTALLY_LOG\ndebug, info, warn, error or off\n";
}
} // namespace

void addShellCommands(CLI::App& app, Context&) {
    auto shell = std::make_shared<std::string>();
    auto* completion = app.add_subcommand("completion", "Print shell completion");
    completion->add_option("shell", *shell, "bash or zsh")->required()->check(CLI::IsMember({"bash", "zsh"}));
    completion->callback([shell, &app] { print("%s", (*shell == "bash" ? bash(app) : zsh(app)).c_str()); });
    app.add_subcommand("man", "Print the manual page (roff)")->callback([&app] {
        print("%s", man(app).c_str());
    });
}

} // namespace tally::cli
