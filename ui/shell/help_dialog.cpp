#include "ui/shell/help_dialog.h"

#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/card.h"

#include <QDesktopServices>
#include <QFile>
#include <QHBoxLayout>
#include <QListWidget>
#include <QTextBrowser>
#include <QUrl>

namespace tally::ui {
namespace {
constexpr int list_width = 220;
}

QStringList HelpDialog::pageFiles() {
    return {QStringLiteral("how-to-verify.md"), QStringLiteral("without-tallystick.md"),
            QStringLiteral("walk.md"), QStringLiteral("TRACE_LOG.md")};
}

HelpDialog::HelpDialog(QWidget* parent)
    : QDialog(parent)
    , list_(new QListWidget(this))
    , text_(new QTextBrowser(this)) {
    setObjectName(QStringLiteral("helpDialog"));
    setWindowTitle(tr("How to verify"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(1280, 820);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 16, 16, 16);
    row->setSpacing(12);
    list_->setObjectName(QStringLiteral("helpPages"));
    list_->setAccessibleName(tr("Pages"));
    list_->setFixedWidth(list_width);
    list_->addItems({tr("How to verify"), tr("Without Tallystick"), tr("A tampered file, step by step"),
                     tr("The trace log (specification)")});
    text_->setObjectName(QStringLiteral("helpText"));
    text_->setAccessibleName(tr("Text"));
    text_->setOpenLinks(false);
    text_->setSearchPaths({QStringLiteral(":/tally/help")});
    text_->document()->setDefaultFont(typeFont(Type::body));
    text_->document()->setDocumentMargin(16);
    row->addWidget(list_);
    row->addWidget(text_, 1);
    connect(list_, &QListWidget::currentRowChanged, this, &HelpDialog::showPage);
    connect(text_, &QTextBrowser::anchorClicked, this, &HelpDialog::follow);
    list_->setCurrentRow(0);
}

void HelpDialog::showPage(int row) {
    if (row < 0 || row >= pageFiles().size()) return;
    QFile file(QStringLiteral(":/tally/help/") + pageFiles()[row]);
    if (!file.open(QIODevice::ReadOnly)) return;
    text_->setMarkdown(QString::fromUtf8(file.readAll()));
}

void HelpDialog::follow(const QUrl& url) {
    if (const auto row = static_cast<int>(pageFiles().indexOf(url.path())); row >= 0)
        list_->setCurrentRow(row);
    else if (url.scheme() == QLatin1String("https"))
        QDesktopServices::openUrl(url);
}

} // namespace tally::ui
