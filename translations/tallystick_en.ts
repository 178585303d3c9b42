<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
<context>
    <name>Format</name>
    <message numerus="yes">
        <source>… %n more character(s)</source>
        <translation>
            <numerusform>… %n more character</numerusform>
            <numerusform>… %n more characters</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message numerus="yes">
        <source>%n finding(s) in all.</source>
        <translation>
            <numerusform>%n finding in all.</numerusform>
            <numerusform>%n findings in all.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n witness(es) that you trust signed this state of the log.</source>
        <translation>
            <numerusform>%n witness that you trust signed this state of the log.</numerusform>
            <numerusform>%n witnesses that you trust signed this state of the log.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n witness(es)</source>
        <translation>
            <numerusform>%n witness</numerusform>
            <numerusform>%n witnesses</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::AuditPage</name>
    <message numerus="yes">
        <source>%n record(s)</source>
        <translation>
            <numerusform>%n record</numerusform>
            <numerusform>%n records</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::BarChart</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::BudgetsPage</name>
    <message numerus="yes">
        <source>%n budget(s)</source>
        <translation>
            <numerusform>%n budget</numerusform>
            <numerusform>%n budgets</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n at its limit</source>
        <translation>
            <numerusform>%n at its limit</numerusform>
            <numerusform>%n at their limits</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::ChainStrip</name>
    <message numerus="yes">
        <source>%n record(s) with findings</source>
        <translation>
            <numerusform>%n record with findings</numerusform>
            <numerusform>%n records with findings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::DemoCard</name>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::LivePage</name>
    <message numerus="yes">
        <source>%n step(s)</source>
        <translation>
            <numerusform>%n step</numerusform>
            <numerusform>%n steps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::Palette</name>
    <message numerus="yes">
        <source>%n more: type to narrow</source>
        <translation>
            <numerusform>%n more: type to narrow</numerusform>
            <numerusform>%n more: type to narrow</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::StatusLine</name>
    <message numerus="yes">
        <source>%n run(s) live</source>
        <translation>
            <numerusform>%n run live</numerusform>
            <numerusform>%n runs live</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n call(s) in flight</source>
        <translation>
            <numerusform>%n call in flight</numerusform>
            <numerusform>%n calls in flight</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::WorkflowsPage</name>
    <message numerus="yes">
        <source>%n error(s)</source>
        <translation>
            <numerusform>%n error</numerusform>
            <numerusform>%n errors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n warning</numerusform>
            <numerusform>%n warnings</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n workflow(s)</source>
        <translation>
            <numerusform>%n workflow</numerusform>
            <numerusform>%n workflows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n step definition(s)</source>
        <translation>
            <numerusform>%n step definition</numerusform>
            <numerusform>%n step definitions</numerusform>
        </translation>
    </message>
</context>
</TS>
