#include "core/context/control_file.h"
#include "core/context/licence_gold.h"
#include "core/context/sample_files.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::context;

namespace {
const std::string samples = TALLY_SOURCE_DIR "/resources/samples";

LicenceTable loadTable() {
    auto table = LicenceTable::parse(*DiskFileSystem().read(samples + "/licences.json", 1U << 24));
    return table ? std::move(*table) : LicenceTable();
}
LicenceSet ids(const LicenceTable& table, const char* text) {
    return table.normaliseExpression(text);
}
} // namespace

class LicenceGoldTest : public QObject {
    Q_OBJECT
    LicenceTable table_;

    /// The property: no short name of the License fields is left as a token, and no field that names one.
    void redactsEverything(const SampleFile& file) {
        const auto text = DiskFileSystem().read(file.path, 1U << 26);
        QVERIFY2(text.has_value(), file.path.c_str());
        const auto gold = licenceGold(*text, table_);
        const auto redacted = redactLicences(*text, table_);
        for (const auto& name : gold.names)
            QVERIFY2(!containsName(redacted, name), (file.path + " still has " + name).c_str());
        for (const auto& paragraph : parseControl(redacted))
            for (const auto& f : paragraph)
                QVERIFY2(!f.is("license"), file.path.c_str());
        QVERIFY(redacted.size() <= text->size());
    }

private slots:
    void initTestCase() {
        table_ = loadTable();
        QVERIFY(table_.all().size() > 60);
    }
    void readsControlSyntax() {
        const std::string text = "Format: x\nSource: http://a\n\nFiles: a\n b\n# note\nLicense: GPL-2+\n "
                                 "one\n .\n two\n\nfree text\nhttp://b\n";
        const auto p = parseControl(text);
        QCOMPARE(p.size(), std::size_t{3});
        QCOMPARE(std::string(p[1][0].body), std::string(" b\n"));
        QVERIFY(p[1][1].is("license"));
        QCOMPARE(unfold(p[1][1].body), std::string("one\n\ntwo\n"));
        QVERIFY(p[2][0].name.empty());
        QCOMPARE(text.substr(p[2][0].start, p[2][0].end - p[2][0].start),
                 std::string("free text\nhttp://b\n"));
        QVERIFY(isMachineReadable(text));
        QVERIFY(!isMachineReadable("This package was debianized by hand.\n"));
    }
    void normalisesShortNames_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("id");
        for (const auto& [name, id] : {std::pair{"GPL-2+", "GPL-2.0-or-later"},
                                       {"GPL-2", "GPL-2.0-only"},
                                       {"gpl-3.0+", "GPL-3.0-or-later"},
                                       {"LGPL-2.1+", "LGPL-2.1-or-later"},
                                       {"LGPL-2+", "LGPL-2.0-or-later"},
                                       {"GPL-1+", "GPL-1.0-or-later"},
                                       {"GPL", "GPL-1.0-or-later"},
                                       {"Expat", "MIT"},
                                       {"MIT/X11", "MIT"},
                                       {"X11", "X11"},
                                       {"BSD-3-clause", "BSD-3-Clause"},
                                       {"BSD-3-clause-Regents", "BSD-3-Clause"},
                                       {"BSD3_Google", "BSD-3-Clause"},
                                       {"BSD-4-clause-UC", "BSD-4-Clause-UC"},
                                       {"BSD-0-Clause", "0BSD"},
                                       {"public-domain", "LicenseRef-public-domain"},
                                       {"Mingw-PD", "LicenseRef-public-domain"},
                                       {"Artistic", "Artistic-1.0"},
                                       {"Apache-2", "Apache-2.0"},
                                       {"zlib/libpng", "Zlib"},
                                       {"BSL-1", "BSL-1.0"},
                                       {"GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"},
                                       {"GFDL-1.2+", "GFDL-1.2-or-later"},
                                       {"GPL-2+ with OpenSSL exception", "GPL-2.0-or-later"},
                                       {"GPL-3+-autoconf-exception", "GPL-3.0-or-later"},
                                       {"Apache-2.0 with LLVM exception", "Apache-2.0"},
                                       {"MPL-1.1", "MPL-1.1"},
                                       {"AGPL-3+", "AGPL-3.0-or-later"},
                                       {"permissive", ""},
                                       {"GPL-djd", ""},
                                       {"BSD-like", ""},
                                       {"BSD-124-clause", ""},
                                       {"none", ""}})
            QTest::addRow("%s", name) << name << id;
    }
    void normalisesShortNames() {
        QFETCH(QString, name);
        QFETCH(QString, id);
        QCOMPARE(QString::fromStdString(table_.normalise(name.toStdString()).value_or("")), id);
    }
    void splitsExpressions() {
        QCOMPARE(ids(table_, "GPL-1+ or Artistic, and Expat"),
                 (LicenceSet{"GPL-1.0-or-later", "Artistic-1.0", "MIT"}));
        QCOMPARE(ids(table_, "ISC and/or LGPL-2.1+"), (LicenceSet{"ISC", "LGPL-2.1-or-later"}));
        QCOMPARE(ids(table_, "GPL-2 with Linux-syscall-note exception or MIT"),
                 (LicenceSet{"GPL-2.0-only", "MIT"}));
        QCOMPARE(splitExpression("version 2 or later").size(), std::size_t{1});
        std::vector<std::string> unknown;
        QCOMPARE(table_.normaliseExpression("permissive and GPL-3", &unknown), (LicenceSet{"GPL-3.0-only"}));
        QCOMPARE(unknown, (std::vector<std::string>{"permissive"}));
    }
    void tellsCopyleftAndObligations() {
        QCOMPARE(table_.copyleftOf({"MIT"}), std::string("none"));
        QCOMPARE(table_.copyleftOf({"MIT", "LGPL-2.1-or-later"}), std::string("weak"));
        QCOMPARE(table_.copyleftOf({"GPL-2.0-only", "LGPL-2.1-or-later"}), std::string("strong"));
        QCOMPARE(table_.copyleftOf({"AGPL-3.0-only", "GPL-2.0-only"}), std::string("network"));
        const auto owed = table_.obligationsOf({"BSD-4-Clause"});
        QVERIFY(std::find(owed.begin(), owed.end(), "advertise") != owed.end());
        for (const auto& key : owed)
            QVERIFY(table_.obligations().count(key) == 1);
    }
    void refusesBrokenTables() {
        QVERIFY(!LicenceTable::parse("{"));
        const auto twice = LicenceTable::parse(
            "{\"licences\":[{\"id\":\"A\",\"copyleft\":\"none\"},{\"id\":\"A\",\"copyleft\":\"none\"}]}");
        QVERIFY(!twice);
        QCOMPARE(twice.error().where, std::string("/licences/1"));
        QVERIFY(!LicenceTable::parse("{\"licences\":[{\"id\":\"A\",\"copyleft\":\"some\"}]}"));
    }
    void goldIsWhatTheFieldsSay() {
        const auto gold = licenceGold("Format: x\n\nFiles: *\nLicense: GPL-2+ or Custom-1\n text\n\nFiles: "
                                      "a\nLicense:\n BSD-3-clause\n",
                                      table_);
        QCOMPARE(gold.licences, (LicenceSet{"GPL-2.0-or-later", "BSD-3-Clause"}));
        QCOMPARE(gold.unknown, (std::vector<std::string>{"Custom-1"}));
        QVERIFY(std::find(gold.names.begin(), gold.names.end(), "GPL-2+ or Custom-1") != gold.names.end());
        QVERIFY(!licenceGold("License: GPL-2+\n", table_).machine_readable);
    }
    void redactionHidesNamesAndKeepsWording() {
        const std::string text = "Format: x\n\nFiles: *\nLicense: GPL-2+ and Open\n Some open words under "
                                 "the GNU General Public License version 2.\n .\n"
                                 " See /usr/share/common-licenses/GPL-2, LGPLv2.1+ or "
                                 "bsd-3-clause.\n\nFiles: b\nLicense: Expat\n\n"
                                 "License-Grant: MIT\nSPDX-License-Identifier: ISC\n";
        const auto out = redactLicences(text, table_);
        QVERIFY(out.find("GNU General Public License version 2") != std::string::npos);
        for (const char* gone : {"GPL-2", "LGPL", "bsd-3", "Expat", "MIT", "ISC", "open", "License:"})
            QVERIFY2(!containsName(out, gone), (std::string(gone) + " in " + out).c_str());
        QVERIFY(out.find("Terms:") != std::string::npos);
        QCOMPARE(redactLicences(out, table_), out);
    }
    void noShortNameSurvivesInTheCommittedFiles() {
        const auto files = listCopyrightFiles(DiskFileSystem(), "", samples + "/copyright");
        QVERIFY2(files.size() >= 40, "at least 40 distinct committed files");
        for (const auto& f : files) {
            QVERIFY(f.committed);
            redactsEverything(f);
            if (QTest::currentTestFailed()) return;
        }
    }
    void noShortNameSurvivesInTheFilesOfThisComputer() {
        const auto files = listCopyrightFiles(DiskFileSystem(), machine_doc_folder, "");
        if (files.empty()) QSKIP("this system has no machine-readable copyright files");
        for (const auto& f : files) {
            redactsEverything(f);
            if (QTest::currentTestFailed()) return;
        }
    }
    void listsOneFilePerContent() {
        const auto committed = samples + "/copyright";
        const auto once = listCopyrightFiles(DiskFileSystem(), "", committed);
        QCOMPARE(listCopyrightFiles(DiskFileSystem(), committed, committed), once);
        QVERIFY(listCopyrightFiles(DiskFileSystem(), "/nonexistent", "").empty());
    }
};

TALLY_TEST(LicenceGoldTest)
#include "test_licence_gold.moc"
