<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
<context>
    <name>Audit</name>
    <message numerus="yes">
        <source>changed %Ln time(s)</source>
        <translation>
            <numerusform>changed once</numerusform>
            <numerusform>changed %Ln times</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>warned %Ln time(s)</source>
        <translation>
            <numerusform>warned once</numerusform>
            <numerusform>warned %Ln times</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>used up %Ln time(s)</source>
        <translation>
            <numerusform>used up once</numerusform>
            <numerusform>used up %Ln times</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Format</name>
    <message numerus="yes">
        <source>… %Ln more character(s)</source>
        <translation>
            <numerusform>… %Ln more character</numerusform>
            <numerusform>… %Ln more characters</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message numerus="yes">
        <source>%Ln finding(s) in all.</source>
        <translation>
            <numerusform>%Ln finding in all.</numerusform>
            <numerusform>%Ln findings in all.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln witness(es) that you trust signed this state of the log.</source>
        <translation>
            <numerusform>%Ln witness that you trust signed this state of the log.</numerusform>
            <numerusform>%Ln witnesses that you trust signed this state of the log.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln witness(es)</source>
        <translation>
            <numerusform>%Ln witness</numerusform>
            <numerusform>%Ln witnesses</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::AuditPage</name>
    <message numerus="yes">
        <source>%Ln record(s)</source>
        <translation>
            <numerusform>%Ln record</numerusform>
            <numerusform>%Ln records</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::BarChart</name>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>%Ln more</numerusform>
            <numerusform>%Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::BudgetsPage</name>
    <message numerus="yes">
        <source>%Ln budget(s)</source>
        <translation>
            <numerusform>%Ln budget</numerusform>
            <numerusform>%Ln budgets</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln at its limit</source>
        <translation>
            <numerusform>%Ln at its limit</numerusform>
            <numerusform>%Ln at their limits</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::ChainStrip</name>
    <message numerus="yes">
        <source>%Ln record(s) with findings</source>
        <translation>
            <numerusform>%Ln record with findings</numerusform>
            <numerusform>%Ln records with findings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::DemoCard</name>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln file</numerusform>
            <numerusform>%Ln files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::EraseDialog</name>
    <message numerus="yes">
        <source>%Ln run(s) that fit stay as they are: they are open and still need their answers.</source>
        <translation>
            <numerusform>%Ln run that fits stays as it is: it is open and still needs its answers.</numerusform>
            <numerusform>%Ln runs that fit stay as they are: they are open and still need their answers.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The rule holds: payloads of runs that ended more than %Ln day(s) ago are erased now and daily. It stands in the log.</source>
        <translation>
            <numerusform>The rule holds: payloads of runs that ended more than %Ln day ago are erased now and daily. It stands in the log.</numerusform>
            <numerusform>The rule holds: payloads of runs that ended more than %Ln days ago are erased now and daily. It stands in the log.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::Palette</name>
    <message numerus="yes">
        <source>%Ln more: type to narrow</source>
        <translation>
            <numerusform>%Ln more: type to narrow</numerusform>
            <numerusform>%Ln more: type to narrow</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::RatesCard</name>
    <message numerus="yes">
        <source>%Ln rate line(s)</source>
        <translation>
            <numerusform>%Ln rate line</numerusform>
            <numerusform>%Ln rate lines</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln model(s)</source>
        <translation>
            <numerusform>%Ln model</numerusform>
            <numerusform>%Ln models</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::RecordPanel</name>
    <message numerus="yes">
        <source>and %Ln more in the list of findings</source>
        <translation>
            <numerusform>and %Ln more in the list of findings</numerusform>
            <numerusform>and %Ln more in the list of findings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::RetentionCard</name>
    <message numerus="yes">
        <source>Erased %Ln day(s) after a run has ended.</source>
        <translation>
            <numerusform>Erased %Ln day after a run has ended.</numerusform>
            <numerusform>Erased %Ln days after a run has ended.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::StatusLine</name>
    <message numerus="yes">
        <source>%Ln run(s) live</source>
        <translation>
            <numerusform>%Ln run live</numerusform>
            <numerusform>%Ln runs live</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln call(s) in flight</source>
        <translation>
            <numerusform>%Ln call in flight</numerusform>
            <numerusform>%Ln calls in flight</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::WorkflowsPage</name>
    <message numerus="yes">
        <source>%Ln error(s)</source>
        <translation>
            <numerusform>%Ln error</numerusform>
            <numerusform>%Ln errors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln warning(s)</source>
        <translation>
            <numerusform>%Ln warning</numerusform>
            <numerusform>%Ln warnings</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln workflow(s)</source>
        <translation>
            <numerusform>%Ln workflow</numerusform>
            <numerusform>%Ln workflows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln step definition(s)</source>
        <translation>
            <numerusform>%Ln step definition</numerusform>
            <numerusform>%Ln step definitions</numerusform>
        </translation>
    </message>
</context>
</TS>
