#include "tests/support/suite.h"

#include <QDirIterator>
#include <QRegularExpression>
#include <QTest>

#include <map>
#include <set>

namespace {
QString readAll(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}
} // namespace

/// The rules of the design that a machine can check: core knows no Qt, and its folders include only what they
/// declare.
class Layering : public QObject {
    Q_OBJECT
private slots:
    void coreKnowsNoQt() {
        int seen = 0;
        for (QDirIterator it(TALLY_SOURCE_DIR "/core", {"*.h", "*.cpp"}, QDir::Files,
                             QDirIterator::Subdirectories);
             it.hasNext();) {
            const QString path = it.next();
            ++seen;
            QVERIFY2(!readAll(path).contains(QRegularExpression(QString("#") + "include\\s*<Q")),
                     qPrintable(path));
        }
        QVERIFY(seen > 100);
    }
    void foldersIncludeOnlyWhatTheyDeclare() {
        const auto allowed = declared();
        QVERIFY(allowed.size() >= 12);
        static const QRegularExpression include(QString("#") + "include \"core/([a-z]+)/");
        for (QDirIterator it(TALLY_SOURCE_DIR "/core", {"*.h", "*.cpp"}, QDir::Files,
                             QDirIterator::Subdirectories);
             it.hasNext();) {
            const QString path = it.next();
            const QString folder = path.section("/core/", -1).section('/', 0, 0);
            for (auto match = include.globalMatch(readAll(path)); match.hasNext();) {
                const QString used = match.next().captured(1);
                QVERIFY2(used == folder || allowed.at(folder).count(used) > 0,
                         qPrintable(path + " includes core/" + used));
            }
        }
    }

private:
    /// Folder -> the folders it may use: what its CMakeLists.txt names, and what those name.
    static std::map<QString, std::set<QString>> declared() {
        std::map<QString, std::set<QString>> out;
        const QDir core(TALLY_SOURCE_DIR "/core");
        for (const QString& folder : core.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            const QString text = readAll(core.filePath(folder + "/CMakeLists.txt"));
            const auto call = QRegularExpression("tally_core_library.([^)]*)").match(text).captured(1);
            for (const QString& word : call.simplified().split(' '))
                if (QDir(core.filePath(QString(word).remove("tally_"))).exists())
                    out[folder].insert(QString(word).remove("tally_"));
        }
        for (bool grew = true; grew;) {
            grew = false;
            for (auto& [folder, uses] : out)
                for (const QString& used : std::set<QString>(uses))
                    for (const QString& further : out[used])
                        grew = uses.insert(further).second || grew;
        }
        return out;
    }
};
TALLY_TEST(Layering)
#include "test_layering.moc"
