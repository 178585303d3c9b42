// Theme, workspace facts, contract rates, network, what becomes of prompts and answers, providers.
#pragma once
#include "core/api/values.h"
#include "ui/pages/page.h"

class QComboBox;
class QFormLayout;

namespace tally::ui {

class ListModel;
class NetworkCard;
class RatesCard;
class RetentionCard;
class TablePanel;

class SettingsPage : public Page {
    Q_OBJECT
public:
    SettingsPage(Session& session, const ActionRegistry& actions, QWidget* parent);
    void refresh() override;
    /// Asks what to erase.
    void erase();

private:
    QWidget* buildLook();
    QWidget* buildWorkspace();
    void buildProviders();
    void showInfo(const api::WorkspaceInfo& info);
    void readProviders();
    void showProviders(const std::vector<api::ProviderInfo>& providers);
    void test();
    void removeProvider();

    QComboBox* theme_ = nullptr;
    QFormLayout* facts_ = nullptr;
    RatesCard* rates_ = nullptr;
    NetworkCard* network_ = nullptr;
    RetentionCard* retention_ = nullptr;
    ListModel* providers_model_ = nullptr;
    TablePanel* providers_ = nullptr;
};

} // namespace tally::ui
