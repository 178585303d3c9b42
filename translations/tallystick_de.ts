<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>Audit</name>
    <message>
        <source>Does not match</source>
        <translation>Passt nicht</translation>
    </message>
    <message>
        <source>Erased, yet there</source>
        <translation>Gelöscht, doch da</translation>
    </message>
    <message>
        <source>Matches</source>
        <translation>Passt</translation>
    </message>
    <message>
        <source>Erased</source>
        <translation>Gelöscht</translation>
    </message>
    <message>
        <source>Withheld</source>
        <translation>Zurückgehalten</translation>
    </message>
    <message>
        <source>prompt (in)</source>
        <translation>Anfrage (in)</translation>
    </message>
    <message>
        <source>answer (out)</source>
        <translation>Antwort (out)</translation>
    </message>
    <message>
        <source>tool arguments (args)</source>
        <translation>Werkzeug-Argumente (args)</translation>
    </message>
    <message>
        <source>documents (docs)</source>
        <translation>Dokumente (docs)</translation>
    </message>
    <message>
        <source>who (user)</source>
        <translation>wer (user)</translation>
    </message>
    <message>
        <source>Begins before</source>
        <translation>Beginnt davor</translation>
    </message>
    <message>
        <source>Not ended</source>
        <translation>Nicht beendet</translation>
    </message>
    <message>
        <source>Adds up</source>
        <translation>Stimmt</translation>
    </message>
    <message>
        <source>Does not add up</source>
        <translation>Stimmt nicht</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Derived</source>
        <translation>Nachgerechnet</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>no model</source>
        <translation>kein Modell</translation>
    </message>
    <message>
        <source>Was used up</source>
        <translation>War aufgebraucht</translation>
    </message>
    <message>
        <source>As logged</source>
        <translation>Wie vermerkt</translation>
    </message>
    <message numerus="yes">
        <source>changed %Ln time(s)</source>
        <translation>
            <numerusform>%Ln-mal geändert</numerusform>
            <numerusform>%Ln-mal geändert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>warned %Ln time(s)</source>
        <translation>
            <numerusform>%Ln-mal gewarnt</numerusform>
            <numerusform>%Ln-mal gewarnt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>used up %Ln time(s)</source>
        <translation>
            <numerusform>%Ln-mal aufgebraucht</numerusform>
            <numerusform>%Ln-mal aufgebraucht</numerusform>
        </translation>
    </message>
    <message>
        <source>limit %1 %2</source>
        <translation>Grenze %1 %2</translation>
    </message>
    <message>
        <source>removed</source>
        <translation>entfernt</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>Budget</translation>
    </message>
    <message>
        <source>First is signed so</source>
        <translation>Erste ist so signiert</translation>
    </message>
    <message>
        <source>Second is signed so</source>
        <translation>Zweite ist so signiert</translation>
    </message>
    <message>
        <source>Both signed</source>
        <translation>Beide signiert</translation>
    </message>
    <message>
        <source>Neither proven</source>
        <translation>Keine bewiesen</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Eintrag</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Feld</translation>
    </message>
    <message>
        <source>In the file</source>
        <translation>In der Datei</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Was gefunden wurde</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>follows: %1</source>
        <translation>Folge: %1</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>As sealed</source>
        <translation>Wie versiegelt</translation>
    </message>
    <message>
        <source>Missing</source>
        <translation>Fehlt</translation>
    </message>
    <message>
        <source>Added</source>
        <translation>Hinzugefügt</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Geändert</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Logged</source>
        <translation>Vermerkt</translation>
    </message>
    <message>
        <source>%1 in %2 steps</source>
        <translation>%1 in %2 Schritten</translation>
    </message>
    <message>
        <source>all %1 ended runs add up</source>
        <translation>alle %1 beendeten Läufe stimmen</translation>
    </message>
    <message>
        <source>%1 of %2 ended runs do not add up</source>
        <translation>%1 von %2 beendeten Läufen stimmen nicht</translation>
    </message>
    <message>
        <source>%1 records could not be counted</source>
        <translation>%1 Einträge konnten nicht gezählt werden</translation>
    </message>
    <message>
        <source>Payload</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>%1 do not match</source>
        <translation>%1 passen nicht</translation>
    </message>
    <message>
        <source>%1 erased, yet there</source>
        <translation>%1 gelöscht, doch da</translation>
    </message>
    <message>
        <source>%1 match their record</source>
        <translation>%1 passen zu ihrem Eintrag</translation>
    </message>
    <message>
        <source>%1 erased</source>
        <translation>%1 gelöscht</translation>
    </message>
    <message>
        <source>%1 withheld</source>
        <translation>%1 zurückgehalten</translation>
    </message>
    <message>
        <source>First file</source>
        <translation>Erste Datei</translation>
    </message>
    <message>
        <source>Second file</source>
        <translation>Zweite Datei</translation>
    </message>
    <message>
        <source>there</source>
        <translation>vorhanden</translation>
    </message>
    <message>
        <source>Only in the first</source>
        <translation>Nur in der ersten</translation>
    </message>
    <message>
        <source>Only in the second</source>
        <translation>Nur in der zweiten</translation>
    </message>
</context>
<context>
    <name>CompareDialog</name>
    <message>
        <source>The same log with the same records.</source>
        <translation>Dasselbe Log mit denselben Einträgen.</translation>
    </message>
    <message>
        <source>The second file continues the first: nothing of it was changed or withdrawn.</source>
        <translation>Die zweite Datei setzt die erste fort: Nichts davon wurde geändert oder zurückgezogen.</translation>
    </message>
    <message>
        <source>The first file continues the second: nothing of it was changed or withdrawn.</source>
        <translation>Die erste Datei setzt die zweite fort: Nichts davon wurde geändert oder zurückgezogen.</translation>
    </message>
    <message>
        <source>Two ranges of one log: the same records where both have any.</source>
        <translation>Zwei Ausschnitte eines Logs: dieselben Einträge, wo beide welche haben.</translation>
    </message>
    <message>
        <source>A fork: from record %1 on there are two signed versions.</source>
        <translation>Eine Gabelung: ab Eintrag %1 gibt es zwei signierte Fassungen.</translation>
    </message>
    <message>
        <source>The same records before %1, then different ones.</source>
        <translation>Dieselben Einträge vor %1, danach andere.</translation>
    </message>
    <message>
        <source>Two different logs: their first records differ.</source>
        <translation>Zwei verschiedene Logs: Schon ihre ersten Einträge sind verschieden.</translation>
    </message>
    <message>
        <source>Two ranges of one log without a common record: they cannot be compared.</source>
        <translation>Zwei Ausschnitte eines Logs ohne gemeinsamen Eintrag: Sie sind nicht vergleichbar.</translation>
    </message>
    <message>
        <source>One of the two is not readable as a bundle.</source>
        <translation>Eine der beiden ist nicht als Bündel lesbar.</translation>
    </message>
    <message>
        <source>%1: %2 · records %3 to %4 · %5</source>
        <translation>%1: %2 · Einträge %3 bis %4 · %5</translation>
    </message>
</context>
<context>
    <name>Finding</name>
    <message>
        <source>the file does not follow the framing of a trace bundle</source>
        <translation>die Datei hält sich nicht an den Aufbau eines Bündels</translation>
    </message>
    <message>
        <source>the file ends inside this section</source>
        <translation>die Datei endet mitten in diesem Abschnitt</translation>
    </message>
    <message>
        <source>the manifest cannot be read, or contradicts the signed data</source>
        <translation>das Manifest ist nicht lesbar oder widerspricht den signierten Daten</translation>
    </message>
    <message>
        <source>a checkpoint cannot be read</source>
        <translation>ein Prüfpunkt ist nicht lesbar</translation>
    </message>
    <message>
        <source>the sizes of the checkpoints are not strictly ascending</source>
        <translation>die Größen der Prüfpunkte steigen nicht streng an</translation>
    </message>
    <message>
        <source>this checkpoint is no beginning of the newest signed tree</source>
        <translation>dieser Prüfpunkt ist kein Anfang des neuesten signierten Baums</translation>
    </message>
    <message>
        <source>the hash list is damaged here; the records themselves match the signed root</source>
        <translation>die Hash-Liste ist hier beschädigt; die Einträge selbst ergeben die signierte Wurzel</translation>
    </message>
    <message>
        <source>record and hash list differ, and no checkpoint decides which one is right</source>
        <translation>Eintrag und Hash-Liste weichen ab, und kein Prüfpunkt entscheidet, wer recht hat</translation>
    </message>
    <message>
        <source>neither the records nor the hash list give the signed root; the first changed record lies in this range</source>
        <translation>weder die Einträge noch die Hash-Liste ergeben die signierte Wurzel; der erste geänderte Eintrag liegt in diesem Bereich</translation>
    </message>
    <message>
        <source>the record was changed</source>
        <translation>der Eintrag wurde geändert</translation>
    </message>
    <message>
        <source>the same content was written with other bytes</source>
        <translation>derselbe Inhalt wurde mit anderen Bytes geschrieben</translation>
    </message>
    <message>
        <source>a field occurs twice; the original had it once</source>
        <translation>ein Feld kommt doppelt vor; im Original stand es einmal</translation>
    </message>
    <message>
        <source>the record was changed and can no longer be read as JSON</source>
        <translation>der Eintrag wurde geändert und ist nicht mehr als JSON lesbar</translation>
    </message>
    <message>
        <source>the record was replaced by something that is no JSON object</source>
        <translation>der Eintrag wurde durch etwas ersetzt, das kein JSON-Objekt ist</translation>
    </message>
    <message>
        <source>records were removed</source>
        <translation>Einträge wurden entfernt</translation>
    </message>
    <message>
        <source>records were removed from the end</source>
        <translation>am Ende wurden Einträge entfernt</translation>
    </message>
    <message>
        <source>a record that was never sealed stands before this one</source>
        <translation>vor diesem steht ein Eintrag, der nie versiegelt wurde</translation>
    </message>
    <message>
        <source>the record stands at another place</source>
        <translation>der Eintrag steht an einer anderen Stelle</translation>
    </message>
    <message>
        <source>a second copy of this record</source>
        <translation>eine zweite Kopie dieses Eintrags</translation>
    </message>
    <message>
        <source>the line is not in canonical form</source>
        <translation>die Zeile hat nicht die kanonische Form</translation>
    </message>
    <message>
        <source>a required field is missing</source>
        <translation>ein Pflichtfeld fehlt</translation>
    </message>
    <message>
        <source>the field has a value that is not allowed</source>
        <translation>das Feld hat einen unzulässigen Wert</translation>
    </message>
    <message>
        <source>entry 0 is no genesis entry, or another entry claims to be one</source>
        <translation>Eintrag 0 ist kein Gründungseintrag, oder ein anderer gibt sich dafür aus</translation>
    </message>
    <message>
        <source>the entry belongs to another log</source>
        <translation>der Eintrag gehört zu einem anderen Protokoll</translation>
    </message>
    <message>
        <source>the entry carries another sequence number</source>
        <translation>der Eintrag trägt eine andere laufende Nummer</translation>
    </message>
    <message>
        <source>prev is not the leaf hash of the preceding entry</source>
        <translation>prev ist nicht der Hash des vorangehenden Eintrags</translation>
    </message>
    <message>
        <source>refers to an entry that does not exist, is later, or has the wrong kind</source>
        <translation>verweist auf einen Eintrag, der fehlt, später steht oder von falscher Art ist</translation>
    </message>
    <message>
        <source>a metered quantity has no rate in the price entry</source>
        <translation>eine gezählte Menge hat im Preiseintrag keinen Tarif</translation>
    </message>
    <message>
        <source>the cost is not the sum of quantity times rate</source>
        <translation>die Kosten sind nicht die Summe aus Menge mal Tarif</translation>
    </message>
    <message>
        <source>a step of unknown outcome must be booked at the reserved amount, without quantities</source>
        <translation>ein Schritt mit unbekanntem Ausgang muss mit dem reservierten Betrag und ohne Mengen gebucht sein</translation>
    </message>
    <message>
        <source>this step was settled before</source>
        <translation>dieser Schritt wurde schon abgerechnet</translation>
    </message>
    <message>
        <source>the run is not open, was started twice, or has ended</source>
        <translation>der Lauf ist nicht offen, wurde zweimal begonnen oder ist beendet</translation>
    </message>
    <message>
        <source>the total of the run differs from the sum of its steps</source>
        <translation>die Summe des Laufs weicht von der Summe seiner Schritte ab</translation>
    </message>
    <message>
        <source>the signature is missing or invalid</source>
        <translation>die Signatur fehlt oder ist ungültig</translation>
    </message>
    <message>
        <source>the public key is malformed or weak</source>
        <translation>der öffentliche Schlüssel ist fehlerhaft oder schwach</translation>
    </message>
    <message>
        <source>no checkpoint by the old key stands directly after this change of keys</source>
        <translation>direkt nach diesem Schlüsselwechsel steht kein Prüfpunkt des alten Schlüssels</translation>
    </message>
    <message>
        <source>checkpoint or genesis entry names another origin</source>
        <translation>Prüfpunkt oder Gründungseintrag nennt eine andere Herkunft</translation>
    </message>
    <message>
        <source>a context entry does not prove its place in the log</source>
        <translation>ein Kontexteintrag beweist seinen Platz im Protokoll nicht</translation>
    </message>
    <message>
        <source>the context section cannot be read</source>
        <translation>der Kontextabschnitt ist nicht lesbar</translation>
    </message>
    <message>
        <source>this is not the log that was agreed (pin)</source>
        <translation>dies ist nicht das vereinbarte Protokoll (festgehaltener Schlüssel)</translation>
    </message>
    <message>
        <source>differs from what this verifier has seen before</source>
        <translation>weicht von dem ab, was diese Prüfstelle früher gesehen hat</translation>
    </message>
    <message>
        <source>this verifier has already seen a longer log</source>
        <translation>diese Prüfstelle hat schon ein längeres Protokoll gesehen</translation>
    </message>
    <message>
        <source>the payload does not match its commitment</source>
        <translation>der Inhalt passt nicht zu dem, was der Eintrag zusagt</translation>
    </message>
    <message>
        <source>the payload is logged as erased but is present</source>
        <translation>der Inhalt ist laut Protokoll gelöscht, liegt aber vor</translation>
    </message>
    <message>
        <source>a payload opening cannot be read</source>
        <translation>ein offengelegter Inhalt ist nicht lesbar</translation>
    </message>
    <message>
        <source>the last line is incomplete</source>
        <translation>die letzte Zeile ist unvollständig</translation>
    </message>
    <message>
        <source>the query index of the store differs from the entry</source>
        <translation>der Abfrage-Index des Speichers weicht vom Eintrag ab</translation>
    </message>
    <message>
        <source>there is no checkpoint: nothing here is signed</source>
        <translation>es gibt keinen Prüfpunkt: Nichts hier ist signiert</translation>
    </message>
    <message>
        <source>the genesis entry is not available: signatures could not be checked</source>
        <translation>der Gründungseintrag liegt nicht vor: Signaturen konnten nicht geprüft werden</translation>
    </message>
    <message>
        <source>no pin was given: the whole log could be a substitute</source>
        <translation>nichts wurde festgehalten: Das ganze Protokoll könnte untergeschoben sein</translation>
    </message>
    <message>
        <source>this verifier has seen other logs but never this one</source>
        <translation>diese Prüfstelle hat andere Protokolle gesehen, dieses noch nie</translation>
    </message>
    <message>
        <source>the tree at the remembered size cannot be computed from this export</source>
        <translation>der Baum der gemerkten Größe lässt sich aus diesem Export nicht berechnen</translation>
    </message>
    <message>
        <source>the checkpoint carries extension lines, which were ignored</source>
        <translation>der Prüfpunkt trägt Erweiterungszeilen; sie wurden nicht beachtet</translation>
    </message>
    <message>
        <source>records after the newest checkpoint are not sealed yet</source>
        <translation>Einträge nach dem neuesten Prüfpunkt sind noch nicht versiegelt</translation>
    </message>
    <message>
        <source>the last line is incomplete, after the sealed part (a crash while writing)</source>
        <translation>die letzte Zeile ist unvollständig, nach dem versiegelten Teil (Absturz beim Schreiben)</translation>
    </message>
    <message>
        <source>this kind of entry is not defined in this version</source>
        <translation>diese Art von Eintrag ist in dieser Fassung nicht festgelegt</translation>
    </message>
    <message>
        <source>the wall clock is earlier than in the preceding entry</source>
        <translation>die Uhrzeit liegt vor der des vorangehenden Eintrags</translation>
    </message>
    <message>
        <source>wall clock and monotonic clock disagree</source>
        <translation>Uhrzeit und fortlaufende Uhr widersprechen sich</translation>
    </message>
    <message>
        <source>no entry for more than two heartbeat periods</source>
        <translation>länger als zwei Lebenszeichen lang kein Eintrag</translation>
    </message>
    <message>
        <source>the entry referred to is outside of this export</source>
        <translation>der Eintrag, auf den verwiesen wird, liegt außerhalb dieses Exports</translation>
    </message>
    <message>
        <source>the total of the run cannot be recomputed: a part of it is outside of this export or unreadable</source>
        <translation>die Summe des Laufs lässt sich nicht nachrechnen: Ein Teil liegt außerhalb dieses Exports oder ist nicht lesbar</translation>
    </message>
    <message>
        <source>payload of a record that is not authentic here</source>
        <translation>Inhalt eines Eintrags, der hier nicht echt ist</translation>
    </message>
    <message>
        <source>the step is priced with the price entry of another model</source>
        <translation>der Schritt ist mit dem Preiseintrag eines anderen Modells bewertet</translation>
    </message>
    <message>
        <source>the stop says more stopped calls than the log shows</source>
        <translation>der Stopp nennt mehr gestoppte Aufrufe, als das Protokoll zeigt</translation>
    </message>
    <message>
        <source>names a run that this log does not know</source>
        <translation>nennt einen Lauf, den dieses Protokoll nicht kennt</translation>
    </message>
    <message>
        <source>is about a budget that was never set</source>
        <translation>betrifft ein Budget, das nie gesetzt wurde</translation>
    </message>
    <message>
        <source>the alert is about an entry that is no step of its run</source>
        <translation>die Warnung betrifft einen Eintrag, der kein Schritt ihres Laufs ist</translation>
    </message>
    <message>
        <source>this payload was erased before</source>
        <translation>dieser Inhalt wurde schon früher gelöscht</translation>
    </message>
    <message>
        <source>the next epoch has a key that was in use before</source>
        <translation>die nächste Epoche hat einen Schlüssel, der schon in Gebrauch war</translation>
    </message>
    <message>
        <source>the time stamp does not prove that this checkpoint existed</source>
        <translation>der Zeitstempel beweist nicht, dass es diesen Prüfpunkt gab</translation>
    </message>
    <message>
        <source>the time stamp was not checked</source>
        <translation>der Zeitstempel wurde nicht geprüft</translation>
    </message>
    <message>
        <source>the signature of the organisation is missing or invalid</source>
        <translation>die Signatur der Organisation fehlt oder ist ungültig</translation>
    </message>
    <message>
        <source>; %1 more findings like this are not listed</source>
        <translation>; %1 weitere Befunde dieser Art sind nicht aufgeführt</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>%1: %2 says %3, sealed was %4</source>
        <translation>%1: In %2 steht %3, versiegelt war %4</translation>
    </message>
    <message>
        <source>%1: %2 is missing, sealed was %3</source>
        <translation>%1: %2 fehlt, versiegelt war %3</translation>
    </message>
    <message>
        <source>%1: %2 says %3, right would be %4</source>
        <translation>%1: In %2 steht %3, richtig wäre %4</translation>
    </message>
    <message>
        <source>%1: %2 says %3</source>
        <translation>%1: In %2 steht %3</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>more was spent than the limit, and no entry says that the limit was reached</source>
        <translation>es wurde mehr ausgegeben als die Grenze, und kein Eintrag sagt, dass sie erreicht wurde</translation>
    </message>
    <message>
        <source>another step of the run has this span</source>
        <translation>ein anderer Schritt des Laufs hat diese Spanne</translation>
    </message>
    <message>
        <source>the calling step is no step of the run</source>
        <translation>der aufrufende Schritt ist kein Schritt des Laufs</translation>
    </message>
    <message>
        <source>the step began after a stop order that was not lifted</source>
        <translation>der Schritt begann nach einem Stopp, der nicht aufgehoben war</translation>
    </message>
</context>
<context>
    <name>Format</name>
    <message>
        <source>$ %1</source>
        <translation>%1 $</translation>
    </message>
    <message>
        <source>&gt; -%1</source>
        <translation>&gt; -%1</translation>
    </message>
    <message>
        <source>&lt; %1</source>
        <translation>&lt; %1</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 µs</source>
        <translation>%1 µs</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
    <message>
        <source>%1 M</source>
        <translation>%1 Mio.</translation>
    </message>
    <message>
        <source>%1 k</source>
        <translation>%1 Tsd.</translation>
    </message>
    <message numerus="yes">
        <source>… %Ln more character(s)</source>
        <translation>
            <numerusform>… %Ln weiteres Zeichen</numerusform>
            <numerusform>… %Ln weitere Zeichen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
</context>
<context>
    <name>Record</name>
    <message>
        <source>… %1 more bytes</source>
        <translation>… %1 weitere Bytes</translation>
    </message>
    <message>
        <source>The bytes are exactly those that were signed. What they say contradicts other records: it was written so.</source>
        <translation>Die Bytes sind genau die signierten. Was sie sagen, widerspricht anderen Einträgen: Es wurde so geschrieben.</translation>
    </message>
    <message>
        <source>Proven by hash: of all likely originals, the line with this one has exactly the SHA-256 that stands in the signed list for this record (%1). No other line can have it.</source>
        <translation>Durch den Hash bewiesen: Von allen wahrscheinlichen Originalen hat die Zeile mit diesem genau den SHA-256, der in der signierten Liste für diesen Eintrag steht (%1). Keine andere Zeile kann ihn haben.</translation>
    </message>
    <message>
        <source>Its hash proves that the line was changed, and its field digests name the field. No likely original gives the signed hash (%1): the original value is not known.</source>
        <translation>Der Hash beweist, dass die Zeile geändert wurde, und die Feld-Prüfsummen nennen das Feld. Kein wahrscheinliches Original ergibt den signierten Hash (%1): Der ursprüngliche Wert ist nicht bekannt.</translation>
    </message>
    <message>
        <source>Its hash proves that the line is not what was signed in this place. What stood here is not known.</source>
        <translation>Der Hash beweist, dass die Zeile nicht das ist, was an dieser Stelle signiert wurde. Was hier stand, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>Record %1: %2</source>
        <translation>Eintrag %1: %2</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>%1: in the file %2, sealed %3</source>
        <translation>%1: in der Datei %2, versiegelt %3</translation>
    </message>
    <message>
        <source>Hash in the signed list: %1</source>
        <translation>Hash in der signierten Liste: %1</translation>
    </message>
    <message>
        <source>Hash of the line in the file: %1</source>
        <translation>Hash der Zeile in der Datei: %1</translation>
    </message>
    <message>
        <source>Line in the file:</source>
        <translation>Zeile in der Datei:</translation>
    </message>
    <message>
        <source>Line as sealed:</source>
        <translation>Zeile wie versiegelt:</translation>
    </message>
</context>
<context>
    <name>Report</name>
    <message>
        <source>Verification of %1</source>
        <translation>Prüfung von %1</translation>
    </message>
    <message>
        <source>SHA-256 of this report&apos;s data: %1</source>
        <translation>SHA-256 der Daten dieses Berichts: %1</translation>
    </message>
    <message>
        <source>Verification report</source>
        <translation>Prüfbericht</translation>
    </message>
    <message>
        <source>%1 · made %2</source>
        <translation>%1 · erstellt %2</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Anmerkung</translation>
    </message>
    <message>
        <source>What was checked, and what was not</source>
        <translation>Was geprüft wurde und was nicht</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>The file</source>
        <translation>Die Datei</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1 Bytes</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>Fingerabdruck</translation>
    </message>
    <message>
        <source>Newest signed root</source>
        <translation>Neueste signierte Wurzel</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>Einträge</translation>
    </message>
    <message>
        <source>%1, of them %2 not signed yet; %3 checkpoints, %4 keys</source>
        <translation>%1, davon %2 noch nicht signiert; %3 Prüfpunkte, %4 Schlüssel</translation>
    </message>
    <message>
        <source>Sealed</source>
        <translation>Versiegelt</translation>
    </message>
    <message>
        <source>up to record %1 of %2</source>
        <translation>bis Eintrag %1 vom %2</translation>
    </message>
    <message>
        <source>Continues</source>
        <translation>Setzt fort</translation>
    </message>
    <message>
        <source>%1 records</source>
        <translation>%1 Einträge</translation>
    </message>
    <message>
        <source>Compared with</source>
        <translation>Verglichen mit</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Vereinbarung</translation>
    </message>
    <message>
        <source>none was given</source>
        <translation>keine angegeben</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Gedächtnis</translation>
    </message>
    <message>
        <source>none was used</source>
        <translation>keines benutzt</translation>
    </message>
    <message>
        <source>Seen before</source>
        <translation>Früher gesehen</translation>
    </message>
    <message>
        <source>this log was not seen before</source>
        <translation>dieses Protokoll wurde noch nie gesehen</translation>
    </message>
    <message>
        <source>Seen now</source>
        <translation>Jetzt gesehen</translation>
    </message>
    <message>
        <source>Root now at that size</source>
        <translation>Wurzel jetzt bei jener Größe</translation>
    </message>
    <message>
        <source>Organisation</source>
        <translation>Organisation</translation>
    </message>
    <message>
        <source>its key signed the newest checkpoint</source>
        <translation>ihr Schlüssel hat den neuesten Prüfpunkt signiert</translation>
    </message>
    <message>
        <source>NO signature of its key under the newest checkpoint</source>
        <translation>KEINE Signatur ihres Schlüssels unter dem neuesten Prüfpunkt</translation>
    </message>
    <message>
        <source>a signature of its key is NOT valid</source>
        <translation>eine Signatur ihres Schlüssels ist NICHT gültig</translation>
    </message>
    <message>
        <source>Its key, SHA-256</source>
        <translation>Ihr Schlüssel, SHA-256</translation>
    </message>
    <message>
        <source>Time stamp</source>
        <translation>Zeitstempel</translation>
    </message>
    <message>
        <source>the first %1 records existed at %2, certified by %3</source>
        <translation>die ersten %1 Einträge bestanden um %2, bestätigt von %3</translation>
    </message>
    <message>
        <source>the first %1 records existed at %2, says %3; NOT checked</source>
        <translation>die ersten %1 Einträge bestanden um %2, sagt %3; NICHT geprüft</translation>
    </message>
    <message>
        <source>and %1 more in the data</source>
        <translation>und %1 weitere in den Daten</translation>
    </message>
    <message>
        <source>Authority, SHA-256</source>
        <translation>Zertifikat der Stelle, SHA-256</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>None.</source>
        <translation>Keine.</translation>
    </message>
    <message>
        <source>original, proven: %1</source>
        <translation>Original, bewiesen: %1</translation>
    </message>
    <message>
        <source>original: %1</source>
        <translation>Original: %1</translation>
    </message>
    <message>
        <source>in the file: %1</source>
        <translation>in der Datei: %1</translation>
    </message>
    <message>
        <source>expected: %1</source>
        <translation>erwartet: %1</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Eintrag</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>Werte</translation>
    </message>
    <message>
        <source>%1 more findings are in the report&apos;s data.</source>
        <translation>%1 weitere Befunde stehen in den Daten des Berichts.</translation>
    </message>
    <message>
        <source>Figures, derived again from the records</source>
        <translation>Beträge, aus den Einträgen neu berechnet</translation>
    </message>
    <message>
        <source>From records that are proven. Each cost is counted once.</source>
        <translation>Aus bewiesenen Einträgen. Jeder Betrag ist einmal gezählt.</translation>
    </message>
    <message>
        <source>Not proven: added up from records of which some are not under a valid signature, or not readable.</source>
        <translation>Nicht bewiesen: aus Einträgen addiert, von denen manche nicht unter einer gültigen Signatur stehen oder nicht lesbar sind.</translation>
    </message>
    <message>
        <source>Total cost</source>
        <translation>Gesamtkosten</translation>
    </message>
    <message>
        <source>Steps, runs</source>
        <translation>Schritte, Läufe</translation>
    </message>
    <message>
        <source>%1 steps in %2 runs</source>
        <translation>%1 Schritte in %2 Läufen</translation>
    </message>
    <message>
        <source>Payloads</source>
        <translation>Inhalte</translation>
    </message>
    <message>
        <source>%1 shown, %2 erased, %3 withheld</source>
        <translation>%1 gezeigt, %2 gelöscht, %3 zurückgehalten</translation>
    </message>
    <message>
        <source>without a model</source>
        <translation>ohne Modell</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>open</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>Run, dearest first</source>
        <translation>Lauf, teuerste zuerst</translation>
    </message>
    <message>
        <source>Workflow</source>
        <translation>Workflow</translation>
    </message>
    <message>
        <source>Process</source>
        <translation>Prozess</translation>
    </message>
    <message>
        <source>End</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>%1 of %2 runs are shown; the others are in the report&apos;s data.</source>
        <translation>%1 von %2 Läufen sind gezeigt; die anderen stehen in den Daten des Berichts.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keins</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>Budget</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Zeitraum</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>Grenze</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>Warned</source>
        <translation>Gewarnt</translation>
    </message>
    <message>
        <source>Used up</source>
        <translation>Erschöpft</translation>
    </message>
    <message>
        <source>What no verification can show</source>
        <translation>Was keine Prüfung zeigen kann</translation>
    </message>
    <message>
        <source>Whether everything was recorded: work that was never written to the log leaves no trace in it.</source>
        <translation>Ob alles aufgezeichnet wurde: Arbeit, die nie ins Protokoll geschrieben wurde, hinterlässt darin keine Spur.</translation>
    </message>
    <message>
        <source>Whether what was recorded is true: quantities are those that providers and meters reported.</source>
        <translation>Ob wahr ist, was aufgezeichnet wurde: Mengen sind die, die Anbieter und Zähler gemeldet haben.</translation>
    </message>
    <message>
        <source>Whether the whole log was put in the place of another: no pin was compared.</source>
        <translation>Ob das ganze Protokoll an die Stelle eines anderen gesetzt wurde: kein vereinbarter Fingerabdruck wurde verglichen.</translation>
    </message>
    <message>
        <source>Whether a longer or other version was shown elsewhere: that needs a memory of earlier checks, or witnesses.</source>
        <translation>Ob anderswo eine längere oder andere Fassung gezeigt wurde: das braucht ein Gedächtnis früherer Prüfungen oder Zeugen.</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Signatur</translation>
    </message>
    <message>
        <source>The report is not signed.</source>
        <translation>Der Bericht ist nicht signiert.</translation>
    </message>
    <message>
        <source>Signed as</source>
        <translation>Signiert als</translation>
    </message>
    <message>
        <source>SHA-256 of the data</source>
        <translation>SHA-256 der Daten</translation>
    </message>
    <message>
        <source>Written by</source>
        <translation>Geschrieben von</translation>
    </message>
    <message>
        <source>%1 after %2</source>
        <translation>%1 nach %2</translation>
    </message>
    <message>
        <source>These pages are a picture of the report&apos;s data. What counts is the data file: “tally report check FILE --key KEY --bundle BUNDLE” checks its signature and verifies the bundle again.</source>
        <translation>Diese Seiten sind ein Bild der Daten des Berichts. Es gilt die Datei mit den Daten: „tally report check DATEI --key SCHLÜSSEL --bundle BÜNDEL“ prüft ihre Signatur und das Bündel noch einmal.</translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>Altered: record %1</source>
        <translation>Verändert: Eintrag %1</translation>
    </message>
    <message>
        <source>Altered</source>
        <translation>Verändert</translation>
    </message>
    <message>
        <source>Every sealed record without a finding below is proven unchanged.</source>
        <translation>Jeder versiegelte Eintrag ohne Befund ist nachweislich unverändert.</translation>
    </message>
    <message>
        <source>Not readable as a bundle</source>
        <translation>Nicht als Bündel lesbar</translation>
    </message>
    <message>
        <source>Nothing is proven. %1</source>
        <translation>Nichts ist bewiesen. %1</translation>
    </message>
    <message>
        <source>Consistent, but unsigned</source>
        <translation>Stimmig, aber unsigniert</translation>
    </message>
    <message>
        <source>All %1 records agree with each other. Nothing shows who wrote them or that all of it was not written again: the file carries no signature.</source>
        <translation>Alle %1 Einträge passen zueinander. Nichts zeigt, wer sie schrieb oder dass nicht alles neu geschrieben wurde: Die Datei trägt keine Signatur.</translation>
    </message>
    <message>
        <source>Unchanged since it was signed, by a key you have not pinned</source>
        <translation>Seit der Signatur unverändert, mit einem Schlüssel, den Sie nicht festgehalten haben</translation>
    </message>
    <message>
        <source>All %1 sealed records are present, unchanged and in place. Whose key it is cannot be known without a fingerprint from the owner.</source>
        <translation>Alle %1 versiegelten Einträge sind da, unverändert und an ihrem Platz. Wessen Schlüssel es ist, bleibt ohne Fingerabdruck des Eigentümers unbekannt.</translation>
    </message>
    <message>
        <source>Unchanged, from the log that you pinned</source>
        <translation>Unverändert, aus dem festgehaltenen Protokoll</translation>
    </message>
    <message>
        <source>All %1 sealed records are present, unchanged and in place. That no longer version of the log was shown elsewhere needs a memory file or a witness.</source>
        <translation>Alle %1 versiegelten Einträge sind da, unverändert und an ihrem Platz. Dass nirgends eine längere Fassung gezeigt wurde, belegt erst eine Gedächtnisdatei oder ein Zeuge.</translation>
    </message>
    <message>
        <source>Unchanged, and it continues the log that you saw before</source>
        <translation>Unverändert, und es setzt das früher gesehene Protokoll fort</translation>
    </message>
    <message>
        <source>Nothing was withdrawn or rewritten since the last check.</source>
        <translation>Seit der letzten Prüfung wurde nichts zurückgezogen oder neu geschrieben.</translation>
    </message>
    <message>
        <source>Unchanged, and others saw the same log</source>
        <translation>Unverändert, und andere sahen dasselbe Protokoll</translation>
    </message>
    <message>
        <source>Readable</source>
        <translation>Lesbar</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Ja</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Nein</translation>
    </message>
    <message>
        <source>%1 records, %2 checkpoints</source>
        <translation>%1 Einträge, %2 Prüfpunkte</translation>
    </message>
    <message>
        <source>Everything else</source>
        <translation>Alles andere</translation>
    </message>
    <message>
        <source>Not checked</source>
        <translation>Nicht geprüft</translation>
    </message>
    <message>
        <source>needs a readable file</source>
        <translation>braucht eine lesbare Datei</translation>
    </message>
    <message>
        <source>Records agree with each other</source>
        <translation>Einträge passen zueinander</translation>
    </message>
    <message>
        <source>hashes, order, references, arithmetic of every amount</source>
        <translation>Hashes, Reihenfolge, Verweise, Rechnung jedes Betrags</translation>
    </message>
    <message>
        <source>Signed and whole</source>
        <translation>Signiert und ganz</translation>
    </message>
    <message>
        <source>Unsigned</source>
        <translation>Unsigniert</translation>
    </message>
    <message>
        <source>%1 newest records are not signed yet</source>
        <translation>die neuesten %1 Einträge sind noch nicht signiert</translation>
    </message>
    <message>
        <source>every record is under a signature</source>
        <translation>jeder Eintrag liegt unter einer Signatur</translation>
    </message>
    <message>
        <source>The log you expect</source>
        <translation>Das erwartete Protokoll</translation>
    </message>
    <message>
        <source>compared with what you pinned</source>
        <translation>verglichen mit dem, was Sie festhielten</translation>
    </message>
    <message>
        <source>Continues what you saw before</source>
        <translation>Setzt früher Gesehenes fort</translation>
    </message>
    <message>
        <source>needs a memory file of an earlier check</source>
        <translation>braucht die Gedächtnisdatei einer früheren Prüfung</translation>
    </message>
    <message>
        <source>Seen by others</source>
        <translation>Von anderen gesehen</translation>
    </message>
    <message>
        <source>no trusted witness was named</source>
        <translation>kein vertrauter Zeuge wurde genannt</translation>
    </message>
    <message>
        <source>Complete from the start</source>
        <translation>Von Anfang an vollständig</translation>
    </message>
    <message>
        <source>Cannot be known</source>
        <translation>Nicht wissbar</translation>
    </message>
    <message>
        <source>work that was never written to the log leaves no trace in it</source>
        <translation>Arbeit, die nie ins Protokoll kam, hinterlässt dort keine Spur</translation>
    </message>
    <message numerus="yes">
        <source>%Ln finding(s) in all.</source>
        <translation>
            <numerusform>Insgesamt %Ln Befund.</numerusform>
            <numerusform>Insgesamt %Ln Befunde.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln witness(es) that you trust signed this state of the log.</source>
        <translation>
            <numerusform>%Ln Zeuge, dem Sie trauen, hat diesen Stand signiert.</numerusform>
            <numerusform>%Ln Zeugen, denen Sie trauen, haben diesen Stand signiert.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln witness(es)</source>
        <translation>
            <numerusform>%Ln Zeuge</numerusform>
            <numerusform>%Ln Zeugen</numerusform>
        </translation>
    </message>
    <message>
        <source>a sealed record is missing, changed or moved</source>
        <translation>ein versiegelter Eintrag fehlt, ist verändert oder verschoben</translation>
    </message>
    <message>
        <source>Not the log that you expect</source>
        <translation>Nicht das erwartete Protokoll</translation>
    </message>
    <message>
        <source>Not the log that you saw before</source>
        <translation>Nicht das früher gesehene Protokoll</translation>
    </message>
    <message>
        <source>Rolled back: records that you saw before are missing</source>
        <translation>Zurückgesetzt: früher gesehene Einträge fehlen</translation>
    </message>
    <message>
        <source>A payload does not belong to record %1</source>
        <translation>Ein Inhalt gehört nicht zu Eintrag %1</translation>
    </message>
    <message>
        <source>A payload does not belong to its record</source>
        <translation>Ein Inhalt gehört nicht zu seinem Eintrag</translation>
    </message>
    <message>
        <source>Not signed by the log&apos;s key</source>
        <translation>Nicht mit dem Schlüssel des Protokolls signiert</translation>
    </message>
    <message>
        <source>Not signed by the log&apos;s key from record %1 on</source>
        <translation>Ab Eintrag %1 nicht mit dem Schlüssel des Protokolls signiert</translation>
    </message>
    <message>
        <source>Signed so, but wrong: record %1</source>
        <translation>So signiert, aber falsch: Eintrag %1</translation>
    </message>
    <message>
        <source>Nothing in this file is proven.</source>
        <translation>Nichts in dieser Datei ist bewiesen.</translation>
    </message>
    <message>
        <source>Records up to %1 without a finding below are proven unchanged; after it nothing is proven.</source>
        <translation>Einträge bis %1 ohne Befund sind nachweislich unverändert; danach ist nichts bewiesen.</translation>
    </message>
    <message>
        <source>Consistent, but no signature could be checked</source>
        <translation>Stimmig, aber keine Signatur war prüfbar</translation>
    </message>
    <message>
        <source>All %1 records agree with each other, but the log&apos;s first record with its key is not in the file. So nothing in it is proven: anybody could have written it.</source>
        <translation>Alle %1 Einträge passen zueinander, aber der erste Eintrag des Protokolls mit seinem Schlüssel fehlt in der Datei. Deshalb ist nichts darin bewiesen: Jeder könnte sie geschrieben haben.</translation>
    </message>
    <message>
        <source>no checkpoint in the file</source>
        <translation>kein Prüfpunkt in der Datei</translation>
    </message>
    <message>
        <source>the record with the log&apos;s key is not in the file</source>
        <translation>der Eintrag mit dem Schlüssel des Protokolls fehlt in der Datei</translation>
    </message>
    <message>
        <source>no valid signature of the log&apos;s key</source>
        <translation>keine gültige Signatur mit dem Schlüssel des Protokolls</translation>
    </message>
    <message>
        <source>signed by the log&apos;s key up to record %1 only</source>
        <translation>nur bis Eintrag %1 mit dem Schlüssel des Protokolls signiert</translation>
    </message>
    <message>
        <source>a checkpoint in the file is not valid</source>
        <translation>ein Prüfpunkt in der Datei ist ungültig</translation>
    </message>
    <message>
        <source>Bytes of the file were changed: they are not those that were signed.</source>
        <translation>Bytes der Datei wurden geändert: Es sind nicht die, die signiert wurden.</translation>
    </message>
    <message>
        <source>No byte of the file was changed: the signed content contradicts itself.</source>
        <translation>Kein Byte der Datei wurde geändert: Der signierte Inhalt widerspricht sich selbst.</translation>
    </message>
    <message>
        <source>needs the fingerprint from the engagement letter</source>
        <translation>braucht den Fingerabdruck aus dem Auftragsschreiben</translation>
    </message>
    <message>
        <source>compared with your memory</source>
        <translation>verglichen mit Ihrem Gedächtnis</translation>
    </message>
    <message>
        <source>First time</source>
        <translation>Zum ersten Mal</translation>
    </message>
    <message>
        <source>your memory knows nothing of this log</source>
        <translation>Ihr Gedächtnis kennt dieses Log nicht</translation>
    </message>
    <message>
        <source>your memory says otherwise</source>
        <translation>Ihr Gedächtnis sagt etwas anderes</translation>
    </message>
    <message>
        <source>%1 records</source>
        <translation>%1 Einträge</translation>
    </message>
    <message>
        <source>root %1</source>
        <translation>Wurzel %1</translation>
    </message>
    <message>
        <source>on %1</source>
        <translation>am %1</translation>
    </message>
    <message>
        <source>This log was not seen before.</source>
        <translation>Dieses Log wurde noch nicht gesehen.</translation>
    </message>
    <message>
        <source>You saw: %1. This file: %2.</source>
        <translation>Sie sahen: %1. Diese Datei: %2.</translation>
    </message>
    <message>
        <source>Seen before: %1.</source>
        <translation>Früher gesehen: %1.</translation>
    </message>
    <message>
        <source>At %1 records this file has root %2.</source>
        <translation>Bei %1 Einträgen hat diese Datei die Wurzel %2.</translation>
    </message>
    <message>
        <source>This state is remembered.</source>
        <translation>Dieser Stand wurde gemerkt.</translation>
    </message>
    <message>
        <source>a file that is not ok teaches the memory nothing</source>
        <translation>aus einer Datei, die nicht in Ordnung ist, lernt das Gedächtnis nichts</translation>
    </message>
    <message>
        <source>the remembered state lies outside of this file, so it stays as it was</source>
        <translation>der gemerkte Stand liegt außerhalb dieser Datei, darum bleibt er, wie er war</translation>
    </message>
    <message>
        <source>another verification changed the memory meanwhile; verify again to compare with it</source>
        <translation>eine andere Prüfung hat das Gedächtnis inzwischen geändert; prüfen Sie erneut, um damit zu vergleichen</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Queued</source>
        <translation>Wartend</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Gestoppt</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Given up</source>
        <translation>Aufgegeben</translation>
    </message>
    <message>
        <source>Stopped: budget</source>
        <translation>Gestoppt: Budget</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>Killed</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Unbekannt</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>Cached</source>
        <translation>Aus Cache</translation>
    </message>
    <message>
        <source>Proven</source>
        <translation>Bewiesen</translation>
    </message>
    <message>
        <source>ALTERED</source>
        <translation>VERÄNDERT</translation>
    </message>
    <message>
        <source>Unproven</source>
        <translation>Unbewiesen</translation>
    </message>
    <message>
        <source>Unsealed</source>
        <translation>Unversiegelt</translation>
    </message>
    <message>
        <source>model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>tool</source>
        <translation>Werkzeug</translation>
    </message>
    <message>
        <source>retrieve</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>check</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>route</source>
        <translation>Weiche</translation>
    </message>
    <message>
        <source>map</source>
        <translation>Verteilung</translation>
    </message>
    <message>
        <source>loop</source>
        <translation>Schleife</translation>
    </message>
    <message>
        <source>branch</source>
        <translation>Zweig</translation>
    </message>
    <message>
        <source>approve</source>
        <translation>Freigabe</translation>
    </message>
    <message>
        <source>call</source>
        <translation>Aufruf</translation>
    </message>
    <message>
        <source>code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>calls</source>
        <translation>Aufrufe</translation>
    </message>
    <message>
        <source>wall time</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>compute time</source>
        <translation>Rechenzeit</translation>
    </message>
    <message>
        <source>calls at once</source>
        <translation>gleichzeitige Aufrufe</translation>
    </message>
    <message>
        <source>memory of a run</source>
        <translation>Speicher eines Laufs</translation>
    </message>
    <message>
        <source>per run</source>
        <translation>je Lauf</translation>
    </message>
    <message>
        <source>per hour</source>
        <translation>je Stunde</translation>
    </message>
    <message>
        <source>per day</source>
        <translation>je Tag</translation>
    </message>
    <message>
        <source>per week</source>
        <translation>je Woche</translation>
    </message>
    <message>
        <source>per month</source>
        <translation>je Monat</translation>
    </message>
    <message>
        <source>in total</source>
        <translation>insgesamt</translation>
    </message>
    <message>
        <source>hard stop</source>
        <translation>harter Stopp</translation>
    </message>
    <message>
        <source>wait</source>
        <translation>warten</translation>
    </message>
    <message>
        <source>warn only</source>
        <translation>nur warnen</translation>
    </message>
    <message>
        <source>Workspace</source>
        <translation>Arbeitsbereich</translation>
    </message>
    <message>
        <source>Process: %1</source>
        <translation>Prozess: %1</translation>
    </message>
    <message>
        <source>Workflow: %1</source>
        <translation>Ablauf: %1</translation>
    </message>
    <message>
        <source>Every run</source>
        <translation>Jeder Lauf</translation>
    </message>
    <message>
        <source>Run: %1</source>
        <translation>Lauf: %1</translation>
    </message>
    <message>
        <source>Model: %1</source>
        <translation>Modell: %1</translation>
    </message>
    <message>
        <source>User: %1</source>
        <translation>Benutzer: %1</translation>
    </message>
    <message>
        <source>input</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>cached input</source>
        <translation>Eingabe aus Cache</translation>
    </message>
    <message>
        <source>cache write</source>
        <translation>Cache schreiben</translation>
    </message>
    <message>
        <source>cache write, 1 h</source>
        <translation>Cache schreiben, 1 h</translation>
    </message>
    <message>
        <source>output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>reasoning</source>
        <translation>Denken</translation>
    </message>
    <message>
        <source>requests</source>
        <translation>Anfragen</translation>
    </message>
    <message>
        <source>searches</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>compute time, ms</source>
        <translation>Rechenzeit, ms</translation>
    </message>
    <message>
        <source>outcome unknown</source>
        <translation>Ausgang unbekannt</translation>
    </message>
    <message>
        <source>Wrong as signed</source>
        <translation>Falsch signiert</translation>
    </message>
    <message>
        <source>reading the hash list</source>
        <translation>liest die Hash-Liste</translation>
    </message>
    <message>
        <source>reading</source>
        <translation>liest</translation>
    </message>
    <message>
        <source>comparing</source>
        <translation>vergleicht</translation>
    </message>
    <message>
        <source>looking for originals</source>
        <translation>sucht Originale</translation>
    </message>
    <message>
        <source>checking content</source>
        <translation>prüft Inhalt</translation>
    </message>
    <message>
        <source>checking signatures</source>
        <translation>prüft Signaturen</translation>
    </message>
    <message>
        <source>checking payloads</source>
        <translation>prüft Inhalte</translation>
    </message>
</context>
<context>
    <name>tally::ui::ActionRegistry</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>Live run</source>
        <translation>Live-Lauf</translation>
    </message>
    <message>
        <source>Workflows</source>
        <translation>Abläufe</translation>
    </message>
    <message>
        <source>Budgets</source>
        <translation>Budgets</translation>
    </message>
    <message>
        <source>Audit</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Work</source>
        <translation>Arbeit</translation>
    </message>
    <message>
        <source>New run…</source>
        <translation>Neuer Lauf …</translation>
    </message>
    <message>
        <source>Run the licence demo</source>
        <translation>Lizenz-Demo starten</translation>
    </message>
    <message>
        <source>Follow or pause the live run</source>
        <translation>Live-Lauf verfolgen oder anhalten</translation>
    </message>
    <message>
        <source>Stop this run</source>
        <translation>Diesen Lauf stoppen</translation>
    </message>
    <message>
        <source>Stop everything</source>
        <translation>Alles stoppen</translation>
    </message>
    <message>
        <source>Show the last stop receipt</source>
        <translation>Letzten Stopp-Beleg zeigen</translation>
    </message>
    <message>
        <source>Open a bundle or workflow…</source>
        <translation>Bündel oder Ablauf öffnen …</translation>
    </message>
    <message>
        <source>Export the log as a bundle…</source>
        <translation>Protokoll als Bündel exportieren …</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Search or type a command</source>
        <translation>Suchen oder Befehl eingeben</translation>
    </message>
    <message>
        <source>Filter the table</source>
        <translation>Tabelle filtern</translation>
    </message>
    <message>
        <source>Search in the page</source>
        <translation>Auf der Seite suchen</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>Nächster Treffer</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>Vor</translation>
    </message>
    <message>
        <source>Read everything again</source>
        <translation>Alles neu lesen</translation>
    </message>
    <message>
        <source>Dark theme</source>
        <translation>Dunkles Design</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>Helles Design</translation>
    </message>
    <message>
        <source>Theme of the desktop</source>
        <translation>Design des Desktops</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>How to verify</source>
        <translation>Wie man prüft</translation>
    </message>
    <message>
        <source>Erase prompts and answers…</source>
        <translation>Anfragen und Antworten löschen…</translation>
    </message>
</context>
<context>
    <name>tally::ui::AreaChart</name>
    <message>
        <source>all  %1</source>
        <translation>alle  %1</translation>
    </message>
</context>
<context>
    <name>tally::ui::AuditPage</name>
    <message>
        <source>Audit</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen …</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Erneut prüfen</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>No finding</source>
        <translation>Kein Befund</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>Einträge</translation>
    </message>
    <message>
        <source>No record</source>
        <translation>Kein Eintrag</translation>
    </message>
    <message>
        <source>The file holds nothing that can be shown as a record.</source>
        <translation>Die Datei enthält nichts, was als Eintrag gezeigt werden kann.</translation>
    </message>
    <message>
        <source>Checking is not available</source>
        <translation>Prüfen ist nicht möglich</translation>
    </message>
    <message>
        <source>This build has no verifier.</source>
        <translation>Diese Fassung enthält keinen Prüfer.</translation>
    </message>
    <message>
        <source>Drop a bundle here</source>
        <translation>Bündel hier ablegen</translation>
    </message>
    <message>
        <source>Open a bundle…</source>
        <translation>Bündel öffnen …</translation>
    </message>
    <message>
        <source>Audit: %1</source>
        <translation>Prüfung: %1</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>the first of %1</source>
        <translation>die ersten von %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln record(s)</source>
        <translation>
            <numerusform>%Ln Eintrag</numerusform>
            <numerusform>%Ln Einträge</numerusform>
        </translation>
    </message>
    <message>
        <source>A bundle (.tracelog) is an exported trace log. The check needs no workspace, no network and no key: it says what is proven, what was altered, and what cannot be known. Drop two to compare them.</source>
        <translation>Ein Bündel (.tracelog) ist ein exportiertes Trace-Log. Die Prüfung braucht keinen Arbeitsbereich, kein Netz und keinen Schlüssel: Sie sagt, was bewiesen ist, was geändert wurde und was niemand wissen kann. Zwei ablegen vergleicht sie.</translation>
    </message>
    <message>
        <source>reading · 0 of %1</source>
        <translation>liest · 0 von %1</translation>
    </message>
    <message>
        <source>The check was cancelled</source>
        <translation>Die Prüfung wurde abgebrochen</translation>
    </message>
    <message>
        <source>Nothing is proven.</source>
        <translation>Nichts ist bewiesen.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 records</source>
        <translation>%1 Einträge</translation>
    </message>
    <message>
        <source>The verdict is on the clipboard.</source>
        <translation>Das Ergebnis ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>More about this file</source>
        <translation>Mehr zu dieser Datei</translation>
    </message>
    <message>
        <source>Fingerprint, witnesses, memory…</source>
        <translation>Fingerabdruck, Zeugen, Gedächtnis…</translation>
    </message>
    <message>
        <source>Compare with another export…</source>
        <translation>Mit anderem Export vergleichen…</translation>
    </message>
    <message>
        <source>Verify one proof…</source>
        <translation>Einzelnen Beweis prüfen…</translation>
    </message>
    <message>
        <source>Save a report…</source>
        <translation>Bericht speichern…</translation>
    </message>
    <message>
        <source>Copy the verdict as text</source>
        <translation>Ergebnis als Text kopieren</translation>
    </message>
    <message>
        <source>Copy the verdict as JSON</source>
        <translation>Ergebnis als JSON kopieren</translation>
    </message>
    <message>
        <source>Figures, derived again</source>
        <translation>Zahlen, nachgerechnet</translation>
    </message>
    <message>
        <source>%1 of %2 are listed</source>
        <translation>%1 von %2 sind aufgeführt</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <source>Payloads</source>
        <translation>Inhalte</translation>
    </message>
</context>
<context>
    <name>tally::ui::BarChart</name>
    <message>
        <source>all  %1</source>
        <translation>alle  %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>%Ln weiterer</numerusform>
            <numerusform>%Ln weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::BudgetBar</name>
    <message>
        <source>%1 spent, %2 reserved</source>
        <translation>%1 ausgegeben, %2 reserviert</translation>
    </message>
</context>
<context>
    <name>tally::ui::BudgetCard</name>
    <message>
        <source>simulated calls count</source>
        <translation>simulierte Aufrufe zählen</translation>
    </message>
    <message>
        <source>%1 (simulated %2)</source>
        <translation>%1 (simuliert %2)</translation>
    </message>
    <message>
        <source>Show what was spent</source>
        <translation>Zeigen, was ausgegeben wurde</translation>
    </message>
    <message>
        <source>Edit this budget</source>
        <translation>Dieses Budget ändern</translation>
    </message>
    <message>
        <source>Remove this budget</source>
        <translation>Dieses Budget entfernen</translation>
    </message>
    <message>
        <source>Spent per window, newest at the end</source>
        <translation>Ausgaben je Zeitfenster, das neueste am Ende</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>spent %1 · reserved %2 · headroom %3</source>
        <translation>ausgegeben %1 · reserviert %2 · frei %3</translation>
    </message>
    <message>
        <source>No limit reached.</source>
        <translation>Keine Grenze erreicht.</translation>
    </message>
</context>
<context>
    <name>tally::ui::BudgetDialog</name>
    <message>
        <source>The price of simulated calls counts</source>
        <translation>Der Preis simulierter Aufrufe zählt</translation>
    </message>
    <message>
        <source>Simulated calls</source>
        <translation>Simulierte Aufrufe</translation>
    </message>
    <message>
        <source>the whole workspace</source>
        <translation>der ganze Arbeitsbereich</translation>
    </message>
    <message>
        <source>a process</source>
        <translation>ein Prozess</translation>
    </message>
    <message>
        <source>a workflow</source>
        <translation>ein Ablauf</translation>
    </message>
    <message>
        <source>every run</source>
        <translation>jeder Lauf</translation>
    </message>
    <message>
        <source>a model</source>
        <translation>ein Modell</translation>
    </message>
    <message>
        <source>a user</source>
        <translation>ein Benutzer</translation>
    </message>
    <message>
        <source>New budget</source>
        <translation>Neues Budget</translation>
    </message>
    <message>
        <source>Edit budget</source>
        <translation>Budget ändern</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Für</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Zeitfenster</translation>
    </message>
    <message>
        <source>Measures</source>
        <translation>Misst</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>Grenze</translation>
    </message>
    <message>
        <source>When it is reached</source>
        <translation>Wenn sie erreicht ist</translation>
    </message>
    <message>
        <source>Warn at, %</source>
        <translation>Warnen bei, %</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Bezeichnung</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>What would have happened</source>
        <translation>Was geschehen wäre</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>$</source>
        <translation>$</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>calls</source>
        <translation>Aufrufe</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>ms</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>Byte</translation>
    </message>
    <message>
        <source>Name what the budget is for</source>
        <translation>Nennen Sie, wofür das Budget gilt</translation>
    </message>
    <message>
        <source>The limit must be above zero</source>
        <translation>Die Grenze muss über null liegen</translation>
    </message>
    <message>
        <source>Warn at whole per cents from 1 to 100, separated by commas</source>
        <translation>Warnen bei ganzen Prozent von 1 bis 100, durch Kommas getrennt</translation>
    </message>
    <message>
        <source>Reading the history…</source>
        <translation>Verlauf wird gelesen …</translation>
    </message>
    <message>
        <source>%1 of %2 steps in %3 runs would have been stopped, first on %4; %5 would not have been spent.</source>
        <translation>%1 von %2 Schritten in %3 Läufen wären gestoppt worden, zuerst am %4; %5 wären nicht ausgegeben worden.</translation>
    </message>
    <message>
        <source>Enter a limit to see what it would have done</source>
        <translation>Geben Sie eine Grenze ein, um zu sehen, was sie bewirkt hätte</translation>
    </message>
</context>
<context>
    <name>tally::ui::BudgetsPage</name>
    <message>
        <source>Budgets</source>
        <translation>Budgets</translation>
    </message>
    <message>
        <source>New budget…</source>
        <translation>Neues Budget …</translation>
    </message>
    <message>
        <source>Stop all runs  %1</source>
        <translation>Alle Läufe stoppen  %1</translation>
    </message>
    <message>
        <source>No workspace is open</source>
        <translation>Kein Arbeitsbereich geöffnet</translation>
    </message>
    <message>
        <source>Budgets live in a workspace. This window only checks bundles.</source>
        <translation>Budgets gehören zu einem Arbeitsbereich. Dieses Fenster prüft nur Bündel.</translation>
    </message>
    <message>
        <source>No budget yet</source>
        <translation>Noch kein Budget</translation>
    </message>
    <message>
        <source>A budget stops work before it costs too much: for the workspace, a process, a workflow, a run, a model or a user.</source>
        <translation>Ein Budget stoppt Arbeit, bevor sie zu viel kostet: für den Arbeitsbereich, einen Prozess, einen Ablauf, einen Lauf, ein Modell oder einen Benutzer.</translation>
    </message>
    <message>
        <source>Set the first budget</source>
        <translation>Erstes Budget setzen</translation>
    </message>
    <message>
        <source>Remove this budget?</source>
        <translation>Dieses Budget entfernen?</translation>
    </message>
    <message>
        <source>%1, %2: work is no longer held back by it. The removal is written to the log.</source>
        <translation>%1, %2: Es hält keine Arbeit mehr zurück. Das Entfernen wird ins Protokoll geschrieben.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln budget(s)</source>
        <translation>
            <numerusform>%Ln Budget</numerusform>
            <numerusform>%Ln Budgets</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln at its limit</source>
        <translation>
            <numerusform>%Ln an der Grenze</numerusform>
            <numerusform>%Ln an der Grenze</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::CellDelegate</name>
    <message>
        <source>sim</source>
        <translation>Sim</translation>
    </message>
</context>
<context>
    <name>tally::ui::ChainStrip</name>
    <message>
        <source>The log, oldest record first</source>
        <translation>Das Protokoll, ältester Eintrag zuerst</translation>
    </message>
    <message numerus="yes">
        <source>%Ln record(s) with findings</source>
        <translation>
            <numerusform>%Ln Eintrag mit Befunden</numerusform>
            <numerusform>%Ln Einträge mit Befunden</numerusform>
        </translation>
    </message>
    <message>
        <source>with a finding</source>
        <translation>mit Befund</translation>
    </message>
    <message>
        <source>proven</source>
        <translation>bewiesen</translation>
    </message>
    <message>
        <source>not sealed yet</source>
        <translation>noch nicht versiegelt</translation>
    </message>
    <message>
        <source>not proven</source>
        <translation>nicht bewiesen</translation>
    </message>
    <message>
        <source>Record %1: %2</source>
        <translation>Eintrag %1: %2</translation>
    </message>
    <message>
        <source>Records %1 to %2: %3</source>
        <translation>Einträge %1 bis %2: %3</translation>
    </message>
    <message>
        <source>a cell is about %1 records and shows the worst of them</source>
        <translation>ein Feld steht für etwa %1 Einträge und zeigt den schlechtesten</translation>
    </message>
</context>
<context>
    <name>tally::ui::ChartBase</name>
    <message>
        <source>highest value %1</source>
        <translation>höchster Wert %1</translation>
    </message>
    <message>
        <source>+%1 more</source>
        <translation>+%1 weitere</translation>
    </message>
</context>
<context>
    <name>tally::ui::CompareDialog</name>
    <message>
        <source>Compare two exports</source>
        <translation>Zwei Exporte vergleichen</translation>
    </message>
    <message>
        <source>First file</source>
        <translation>Erste Datei</translation>
    </message>
    <message>
        <source>Second file</source>
        <translation>Zweite Datei</translation>
    </message>
    <message>
        <source>What differs</source>
        <translation>Was verschieden ist</translation>
    </message>
    <message>
        <source>Copy as JSON</source>
        <translation>Als JSON kopieren</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen…</translation>
    </message>
    <message>
        <source>Browse for the %1</source>
        <translation>Durchsuchen: %1</translation>
    </message>
    <message>
        <source>Bundles (*.tracelog);;Everything (*)</source>
        <translation>Bündel (*.tracelog);;Alles (*)</translation>
    </message>
    <message>
        <source>Checking and comparing…</source>
        <translation>Prüft und vergleicht…</translation>
    </message>
    <message>
        <source>First</source>
        <translation>Erste</translation>
    </message>
    <message>
        <source>Second</source>
        <translation>Zweite</translation>
    </message>
    <message>
        <source>%1 records the same</source>
        <translation>%1 Einträge gleich</translation>
    </message>
    <message>
        <source>%1 changed</source>
        <translation>%1 geändert</translation>
    </message>
    <message>
        <source>%1 only in the first</source>
        <translation>%1 nur in der ersten</translation>
    </message>
    <message>
        <source>%1 only in the second</source>
        <translation>%1 nur in der zweiten</translation>
    </message>
    <message>
        <source>%1 only tied differently</source>
        <translation>%1 nur anders verkettet</translation>
    </message>
    <message>
        <source>payloads: %1 only in the first, %2 only in the second, %3 differ</source>
        <translation>Inhalte: %1 nur in der ersten, %2 nur in der zweiten, %3 verschieden</translation>
    </message>
    <message>
        <source>At least one of the two files is not in order: see its own verdict.</source>
        <translation>Mindestens eine der beiden Dateien ist nicht in Ordnung: siehe ihr eigenes Ergebnis.</translation>
    </message>
    <message>
        <source>the first %1 changed records</source>
        <translation>die ersten %1 geänderten Einträge</translation>
    </message>
</context>
<context>
    <name>tally::ui::CostDialog</name>
    <message>
        <source>Group by</source>
        <translation>Gruppieren nach</translation>
    </message>
    <message>
        <source>by workflow and step</source>
        <translation>nach Ablauf und Schritt</translation>
    </message>
    <message>
        <source>by model and meter</source>
        <translation>nach Modell und Zähler</translation>
    </message>
    <message>
        <source>by step and meter</source>
        <translation>nach Schritt und Zähler</translation>
    </message>
    <message>
        <source>by process and workflow</source>
        <translation>nach Prozess und Ablauf</translation>
    </message>
    <message>
        <source>by run and status</source>
        <translation>nach Lauf und Status</translation>
    </message>
    <message>
        <source>by day and model</source>
        <translation>nach Tag und Modell</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>Within</source>
        <translation>Darin</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>Line items</source>
        <translation>Posten</translation>
    </message>
    <message>
        <source>No cost yet</source>
        <translation>Noch keine Kosten</translation>
    </message>
    <message>
        <source>Nothing was spent in this range.</source>
        <translation>In diesem Bereich wurde nichts ausgegeben.</translation>
    </message>
    <message>
        <source>total %1</source>
        <translation>Summe %1</translation>
    </message>
</context>
<context>
    <name>tally::ui::DemoCard</name>
    <message>
        <source>%1 ×</source>
        <translation>%1 ×</translation>
    </message>
    <message>
        <source>%1 · F1 %2 · %3</source>
        <translation>%1 · F1 %2 · %3</translation>
    </message>
    <message>
        <source>%1 steps, %2 tokens, %3</source>
        <translation>%1 Schritte, %2 Token, %3</translation>
    </message>
    <message>
        <source>%1 cheaper in total</source>
        <translation>insgesamt %1 billiger</translation>
    </message>
    <message>
        <source>simulated</source>
        <translation>simuliert</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln Datei</numerusform>
            <numerusform>%Ln Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>no file cost it anything</source>
        <translation>keine Datei kostete etwas</translation>
    </message>
    <message>
        <source>median of the paid files %1</source>
        <translation>Median der bezahlten Dateien %1</translation>
    </message>
    <message>
        <source>no other model was asked</source>
        <translation>kein anderes Modell wurde gefragt</translation>
    </message>
    <message>
        <source>%1 of %2 decided locally, %3</source>
        <comment>files, files, amount</comment>
        <translation>%1 von %2 lokal entschieden, %3</translation>
    </message>
</context>
<context>
    <name>tally::ui::DerivedPanel</name>
    <message>
        <source>Adding up the records…</source>
        <translation>Einträge werden zusammengezählt…</translation>
    </message>
    <message>
        <source>Nothing of this kind in the file</source>
        <translation>Nichts dergleichen in der Datei</translation>
    </message>
</context>
<context>
    <name>tally::ui::DetailPanel</name>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
</context>
<context>
    <name>tally::ui::EraseDialog</name>
    <message>
        <source>Erase prompts and answers</source>
        <translation>Anfragen und Antworten löschen</translation>
    </message>
    <message>
        <source>Erase by a standing rule</source>
        <translation>Nach einer Regel löschen</translation>
    </message>
    <message>
        <source>any</source>
        <translation>beliebig</translation>
    </message>
    <message>
        <source>Runs that ended at least … days ago</source>
        <translation>Läufe, die vor mindestens … Tagen endeten</translation>
    </message>
    <message>
        <source>a number of days, for instance 90</source>
        <translation>Anzahl Tage, zum Beispiel 90</translation>
    </message>
    <message>
        <source>Process</source>
        <translation>Prozess</translation>
    </message>
    <message>
        <source>Workflow</source>
        <translation>Ablauf</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>any, or the whole id of one</source>
        <translation>beliebig, oder die ganze Kennung von einem</translation>
    </message>
    <message>
        <source>Person or customer</source>
        <translation>Person oder Kunde</translation>
    </message>
    <message>
        <source>any, or an id: who started the run, its label, a value of its inputs</source>
        <translation>beliebig, oder eine Kennung: wer startete, Etikett, ein Eingabewert</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>neutral words: they stay in the log for good</source>
        <translation>neutrale Worte: Sie bleiben für immer im Protokoll</translation>
    </message>
    <message>
        <source>What the rule reaches now</source>
        <translation>Was die Regel jetzt trifft</translation>
    </message>
    <message>
        <source>What would be erased</source>
        <translation>Was gelöscht würde</translation>
    </message>
    <message>
        <source>This cannot be undone. The texts are deleted for good. The log keeps their hashes, gets an entry with the reason for each of them, and still verifies. Exports and backups made before still hold the texts, and so may the providers.</source>
        <translation>Das lässt sich nicht rückgängig machen. Die Texte werden endgültig gelöscht. Das Protokoll behält ihre Hashes, bekommt für jeden einen Eintrag mit dem Grund und bleibt prüfbar. Frühere Exporte und Sicherungen enthalten die Texte weiterhin, vielleicht auch die Anbieter.</translation>
    </message>
    <message>
        <source>I know that this cannot be brought back</source>
        <translation>Mir ist klar, dass dies nicht zurückzuholen ist</translation>
    </message>
    <message>
        <source>Set the rule</source>
        <translation>Regel setzen</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Enter a whole number of days, at most %1.</source>
        <translation>Geben Sie eine ganze Zahl von Tagen ein, höchstens %1.</translation>
    </message>
    <message>
        <source>Say what to erase: fill in at least one of the lines above.</source>
        <translation>Sagen Sie, was gelöscht werden soll: Füllen Sie mindestens eine Zeile oben aus.</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Sieht nach…</translation>
    </message>
    <message>
        <source>Nothing: no ended run fits.</source>
        <translation>Nichts: Kein beendeter Lauf passt.</translation>
    </message>
    <message>
        <source>%1 payloads of %2 steps in %3 ended runs, %4. They ended between %5 and %6.</source>
        <translation>%1 Inhalte von %2 Schritten in %3 beendeten Läufen, %4. Sie endeten zwischen %5 und %6.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln run(s) that fit stay as they are: they are open and still need their answers.</source>
        <translation>
            <numerusform>%Ln passender Lauf bleibt, wie er ist: Er ist offen und braucht seine Antworten noch.</numerusform>
            <numerusform>%Ln passende Läufe bleiben, wie sie sind: Sie sind offen und brauchen ihre Antworten noch.</numerusform>
        </translation>
    </message>
    <message>
        <source>Needs a reason and your confirmation.</source>
        <translation>Braucht einen Grund und Ihre Bestätigung.</translation>
    </message>
    <message>
        <source>Erase %1 payloads</source>
        <translation>%1 Inhalte löschen</translation>
    </message>
    <message>
        <source>Erasing… The file is written anew, which takes as long as copying it. This window may be closed meanwhile.</source>
        <translation>Löscht… Die Datei wird neu geschrieben, das dauert so lange wie eine Kopie. Dieses Fenster darf dabei geschlossen werden.</translation>
    </message>
    <message numerus="yes">
        <source>The rule holds: payloads of runs that ended more than %Ln day(s) ago are erased now and daily. It stands in the log.</source>
        <translation>
            <numerusform>Die Regel gilt: Inhalte von Läufen, die vor mehr als %Ln Tag endeten, werden jetzt und täglich gelöscht. Sie steht im Protokoll.</numerusform>
            <numerusform>Die Regel gilt: Inhalte von Läufen, die vor mehr als %Ln Tagen endeten, werden jetzt und täglich gelöscht. Sie steht im Protokoll.</numerusform>
        </translation>
    </message>
    <message>
        <source>Erased: %1 payloads of %2 steps in %3 runs.</source>
        <translation>Gelöscht: %1 Inhalte von %2 Schritten in %3 Läufen.</translation>
    </message>
    <message>
        <source>Logged as records %1 to %2; the log verifies as before.</source>
        <translation>Protokolliert als Einträge %1 bis %2; das Protokoll ist prüfbar wie zuvor.</translation>
    </message>
    <message>
        <source>Not wiped from the file yet.</source>
        <translation>Noch nicht aus der Datei getilgt.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>I know: it erases at once and then daily, for good</source>
        <translation>Mir ist klar: Es löscht sofort und dann täglich, endgültig</translation>
    </message>
</context>
<context>
    <name>tally::ui::FormDialog</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>tally::ui::HeaderBar</name>
    <message>
        <source>simulated</source>
        <translation>simuliert</translation>
    </message>
    <message>
        <source>At least one answer here came from a simulated model: its price is real, its answer is not.</source>
        <translation>Mindestens eine Antwort stammt von einem simulierten Modell: Der Preis ist echt, die Antwort nicht.</translation>
    </message>
</context>
<context>
    <name>tally::ui::HelpDialog</name>
    <message>
        <source>How to verify</source>
        <translation>Wie man prüft</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Without Tallystick</source>
        <translation>Ohne Tallystick</translation>
    </message>
    <message>
        <source>A tampered file, step by step</source>
        <translation>Eine veränderte Datei, Schritt für Schritt</translation>
    </message>
    <message>
        <source>The trace log (specification)</source>
        <translation>Das Trace-Log (Spezifikation)</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
</context>
<context>
    <name>tally::ui::KeySheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
</context>
<context>
    <name>tally::ui::KpiCard</name>
    <message>
        <source>Show what this is made of</source>
        <translation>Zeigen, woraus das besteht</translation>
    </message>
</context>
<context>
    <name>tally::ui::LadderView</name>
    <message>
        <source>Enter…</source>
        <translation>Eingeben…</translation>
    </message>
    <message>
        <source>Enter what was agreed on: fingerprint, key, witness</source>
        <translation>Eingeben, was vereinbart ist: Fingerabdruck, Schlüssel, Zeuge</translation>
    </message>
    <message>
        <source>Hide the reasons</source>
        <translation>Gründe ausblenden</translation>
    </message>
    <message>
        <source>Show the reasons</source>
        <translation>Gründe zeigen</translation>
    </message>
</context>
<context>
    <name>tally::ui::LaunchDialog</name>
    <message>
        <source>New run</source>
        <translation>Neuer Lauf</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Inputs</source>
        <translation>Eingaben</translation>
    </message>
    <message>
        <source>This workflow takes none.</source>
        <translation>Dieser Ablauf braucht keine.</translation>
    </message>
    <message>
        <source>Limits of this run</source>
        <translation>Grenzen dieses Laufs</translation>
    </message>
    <message>
        <source>Cost, $</source>
        <translation>Kosten, $</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>keine Grenze</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Calls</source>
        <translation>Aufrufe</translation>
    </message>
    <message>
        <source>Wall time, s</source>
        <translation>Dauer, s</translation>
    </message>
    <message>
        <source>Calls at once</source>
        <translation>Gleichzeitige Aufrufe</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>provider/model</source>
        <translation>Anbieter/Modell</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Bezeichnung</translation>
    </message>
    <message>
        <source>for you to find it again</source>
        <translation>damit Sie ihn wiederfinden</translation>
    </message>
    <message>
        <source>“%1” is not a whole number</source>
        <translation>„%1“ ist keine ganze Zahl</translation>
    </message>
    <message>
        <source>write digits only, or leave it empty for no limit</source>
        <translation>nur Ziffern schreiben, oder leer lassen für keine Grenze</translation>
    </message>
    <message>
        <source>Input “%1” is required</source>
        <translation>Eingabe „%1“ ist nötig</translation>
    </message>
    <message>
        <source>Input “%1” must be of type %2</source>
        <translation>Eingabe „%1“ muss vom Typ %2 sein</translation>
    </message>
    <message>
        <source>write it as JSON, for example [&quot;a&quot;, &quot;b&quot;]</source>
        <translation>als JSON schreiben, zum Beispiel [&quot;a&quot;, &quot;b&quot;]</translation>
    </message>
    <message>
        <source>Inputs, limits and models</source>
        <translation>Eingaben, Grenzen und Modelle</translation>
    </message>
</context>
<context>
    <name>tally::ui::LivePage</name>
    <message>
        <source>Live run</source>
        <translation>Live-Lauf</translation>
    </message>
    <message>
        <source>Run to show</source>
        <translation>Gezeigter Lauf</translation>
    </message>
    <message>
        <source>Resume this run</source>
        <translation>Diesen Lauf fortsetzen</translation>
    </message>
    <message>
        <source>Stop run  %1</source>
        <translation>Stoppen  %1</translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>Genehmigen</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>Ablehnen</translation>
    </message>
    <message>
        <source>Spent so far</source>
        <translation>Bisher ausgegeben</translation>
    </message>
    <message>
        <source>Nothing spent yet</source>
        <translation>Noch nichts ausgegeben</translation>
    </message>
    <message>
        <source>Spend per step, by meter</source>
        <translation>Ausgaben je Schritt, nach Zähler</translation>
    </message>
    <message>
        <source>No priced step yet</source>
        <translation>Noch kein Schritt mit Preis</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>Latenz</translation>
    </message>
    <message>
        <source>No model step yet</source>
        <translation>Noch kein Modellschritt</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>No step yet</source>
        <translation>Noch kein Schritt</translation>
    </message>
    <message>
        <source>Steps appear here as soon as the engine admits them.</source>
        <translation>Schritte erscheinen hier, sobald die Engine sie zulässt.</translation>
    </message>
    <message>
        <source>No text is streaming</source>
        <translation>Kein Text fließt</translation>
    </message>
    <message>
        <source>Text of the current step</source>
        <translation>Text des laufenden Schritts</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>No workspace is open</source>
        <translation>Kein Arbeitsbereich geöffnet</translation>
    </message>
    <message>
        <source>Runs live in a workspace. This window only checks bundles.</source>
        <translation>Läufe gehören zu einem Arbeitsbereich. Dieses Fenster prüft nur Bündel.</translation>
    </message>
    <message>
        <source>No run yet</source>
        <translation>Noch kein Lauf</translation>
    </message>
    <message>
        <source>Start one from the Workflows page, or run the demo: it needs no network.</source>
        <translation>Starten Sie einen auf der Seite Abläufe, oder die Demo: Sie braucht kein Netz.</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Erneut nachsehen</translation>
    </message>
    <message>
        <source>the first %1 of %2</source>
        <translation>die ersten %1 von %2</translation>
    </message>
    <message>
        <source>%1 of %2 items</source>
        <translation>%1 von %2 Elementen</translation>
    </message>
    <message>
        <source>%1 reserved</source>
        <translation>%1 reserviert</translation>
    </message>
    <message>
        <source>spent</source>
        <translation>ausgegeben</translation>
    </message>
    <message>
        <source>total</source>
        <translation>gesamt</translation>
    </message>
    <message>
        <source>first token</source>
        <translation>erstes Token</translation>
    </message>
    <message>
        <source>… %1 earlier bytes are in the record of the step
</source>
        <translation>… %1 frühere Byte stehen im Eintrag des Schritts
</translation>
    </message>
    <message>
        <source>Following  Space</source>
        <translation>Folgt  Leertaste</translation>
    </message>
    <message>
        <source>Paused  Space</source>
        <translation>Angehalten  Leertaste</translation>
    </message>
    <message>
        <source>Pauses what you see. The run itself goes on.</source>
        <translation>Hält nur die Anzeige an. Der Lauf geht weiter.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>limit %1</source>
        <translation>Grenze %1</translation>
    </message>
    <message>
        <source>Newest run, then the next</source>
        <translation>Neuester Lauf, dann der nächste</translation>
    </message>
    <message>
        <source>Newest: %1</source>
        <translation>Neuester: %1</translation>
    </message>
    <message>
        <source>Shows the run that works now and goes on with the next one that starts</source>
        <translation>Zeigt den Lauf, der gerade arbeitet, und macht mit dem nächsten weiter, der beginnt</translation>
    </message>
</context>
<context>
    <name>tally::ui::MainWindow</name>
    <message>
        <source>Open %1</source>
        <translation>%1 öffnen</translation>
    </message>
    <message>
        <source>recent file</source>
        <translation>zuletzt geöffnet</translation>
    </message>
    <message>
        <source>%1 is neither a bundle (.tracelog) nor a workflow (.json).</source>
        <translation>%1 ist weder ein Bündel (.tracelog) noch ein Ablauf (.json).</translation>
    </message>
    <message>
        <source>Open a bundle or workflow</source>
        <translation>Bündel oder Ablauf öffnen</translation>
    </message>
    <message>
        <source>Bundles and workflows (*.tracelog *.json);;Everything (*)</source>
        <translation>Bündel und Abläufe (*.tracelog *.json);;Alles (*)</translation>
    </message>
    <message>
        <source>Export the log as a bundle</source>
        <translation>Protokoll als Bündel exportieren</translation>
    </message>
    <message>
        <source>Bundles (*.tracelog)</source>
        <translation>Bündel (*.tracelog)</translation>
    </message>
    <message>
        <source>%1 entries written to %2</source>
        <translation>%1 Einträge nach %2 geschrieben</translation>
    </message>
    <message>
        <source>Only the first of %1 files was opened.</source>
        <translation>Nur die erste von %1 Dateien wurde geöffnet.</translation>
    </message>
</context>
<context>
    <name>tally::ui::NetworkCard</name>
    <message>
        <source>Network</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>as the environment says; none: never</source>
        <translation>wie die Umgebung es sagt; none: nie</translation>
    </message>
    <message>
        <source>CA bundle</source>
        <translation>CA-Zertifikate</translation>
    </message>
    <message>
        <source>the system&apos;s</source>
        <translation>die des Systems</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Choose a CA bundle</source>
        <translation>CA-Zertifikate wählen</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt);;All files (*)</source>
        <translation>Zertifikate (*.pem *.crt);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Saved. It holds for the next connection.</source>
        <translation>Gespeichert. Es gilt ab der nächsten Verbindung.</translation>
    </message>
</context>
<context>
    <name>tally::ui::OverviewPage</name>
    <message>
        <source>all of it simulated</source>
        <translation>alles simuliert</translation>
    </message>
    <message>
        <source>%1 of it simulated</source>
        <translation>davon %1 simuliert</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>Search or type a command   %1</source>
        <translation>Suchen oder Befehl eingeben   %1</translation>
    </message>
    <message>
        <source>New run</source>
        <translation>Neuer Lauf</translation>
    </message>
    <message>
        <source>Spend today</source>
        <translation>Heute ausgegeben</translation>
    </message>
    <message>
        <source>Burn rate</source>
        <translation>Verbrauchsrate</translation>
    </message>
    <message>
        <source>Budget left</source>
        <translation>Budget übrig</translation>
    </message>
    <message>
        <source>Latency p95, step</source>
        <translation>Latenz p95, Schritt</translation>
    </message>
    <message>
        <source>Failed steps</source>
        <translation>Fehlgeschlagene Schritte</translation>
    </message>
    <message>
        <source>The last five minutes</source>
        <translation>Die letzten fünf Minuten</translation>
    </message>
    <message>
        <source>All steps by status</source>
        <translation>Alle Schritte nach Status</translation>
    </message>
    <message>
        <source>Tokens, by model</source>
        <translation>Token, nach Modell</translation>
    </message>
    <message>
        <source>No tokens in the last hour</source>
        <translation>Keine Token in der letzten Stunde</translation>
    </message>
    <message>
        <source>Step latency</source>
        <translation>Schrittlatenz</translation>
    </message>
    <message>
        <source>No model step in the last hour</source>
        <translation>Kein Modellschritt in der letzten Stunde</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>No run yet</source>
        <translation>Noch kein Lauf</translation>
    </message>
    <message>
        <source>The demo reads the licence files of this computer: no network, no key, no cost.</source>
        <translation>Die Demo liest die Lizenzdateien dieses Rechners: kein Netz, kein Schlüssel, keine Kosten.</translation>
    </message>
    <message>
        <source>Run the licence demo</source>
        <translation>Lizenz-Demo starten</translation>
    </message>
    <message>
        <source>No workspace is open</source>
        <translation>Kein Arbeitsbereich geöffnet</translation>
    </message>
    <message>
        <source>This window can still check bundles: open the Audit page.</source>
        <translation>Dieses Fenster kann trotzdem Bündel prüfen: öffnen Sie die Seite Prüfung.</translation>
    </message>
    <message>
        <source>the newest of %1</source>
        <translation>die neuesten von %1</translation>
    </message>
    <message>
        <source>no earlier days to compare with</source>
        <translation>keine früheren Tage zum Vergleich</translation>
    </message>
    <message>
        <source>▲ %1 against the 7-day mean</source>
        <translation>▲ %1 gegen das 7-Tage-Mittel</translation>
    </message>
    <message>
        <source>▼ %1 against the 7-day mean</source>
        <translation>▼ %1 gegen das 7-Tage-Mittel</translation>
    </message>
    <message>
        <source>%1 / h</source>
        <translation>%1 / h</translation>
    </message>
    <message>
        <source>over the last 5 minutes</source>
        <translation>in den letzten 5 Minuten</translation>
    </message>
    <message>
        <source>%1 used · %2</source>
        <translation>%1 verbraucht · %2</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keins</translation>
    </message>
    <message>
        <source>no budget is set: press to add one</source>
        <translation>kein Budget gesetzt: drücken zum Anlegen</translation>
    </message>
    <message>
        <source>median %1</source>
        <translation>Median %1</translation>
    </message>
    <message>
        <source>no model step today</source>
        <translation>heute kein Modellschritt</translation>
    </message>
    <message>
        <source>%1 of %2, %3 retried</source>
        <translation>%1 von %2, %3 wiederholt</translation>
    </message>
    <message>
        <source>Tokens per %1, by model</source>
        <translation>Token je %1, nach Modell</translation>
    </message>
</context>
<context>
    <name>tally::ui::Page</name>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen …</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
</context>
<context>
    <name>tally::ui::Palette</name>
    <message>
        <source>Search or type a command</source>
        <translation>Suchen oder Befehl eingeben</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message numerus="yes">
        <source>%Ln more: type to narrow</source>
        <translation>
            <numerusform>%Ln weiterer: tippen zum Eingrenzen</numerusform>
            <numerusform>%Ln weitere: tippen zum Eingrenzen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::PayloadView</name>
    <message>
        <source>Text of the payload</source>
        <translation>Text des Inhalts</translation>
    </message>
    <message>
        <source>Payload of this record</source>
        <translation>Inhalt dieses Eintrags</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the text of the payload</source>
        <translation>Text des Inhalts kopieren</translation>
    </message>
    <message>
        <source>As shown, with marks for hidden characters</source>
        <translation>Wie gezeigt, verborgene Zeichen markiert</translation>
    </message>
    <message>
        <source>Exactly, with hidden characters</source>
        <translation>Genau so, mit verborgenen Zeichen</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Früher</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>This record commits to no prompt, answer or other payload.</source>
        <translation>Dieser Eintrag sagt keine Anfrage, Antwort oder anderen Inhalt zu.</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Liest…</translation>
    </message>
    <message>
        <source>This is not what the record commits to: it was put into the file or changed.</source>
        <translation>Das ist nicht, was der Eintrag zusagt: Es wurde in die Datei gelegt oder geändert.</translation>
    </message>
    <message>
        <source>The log says that this was erased, yet it is in the file.</source>
        <translation>Laut Protokoll wurde dies gelöscht, es steht aber in der Datei.</translation>
    </message>
    <message>
        <source>Erased: the log says when and why in an entry of its own. The record is still proven.</source>
        <translation>Gelöscht: Wann und warum, sagt ein eigener Eintrag im Protokoll. Bewiesen bleibt der Eintrag trotzdem.</translation>
    </message>
    <message>
        <source>Not in this file. Who exported it can give the text; it must then fit this record.</source>
        <translation>Nicht in dieser Datei. Wer sie exportiert hat, kann den Text geben; er muss dann zu diesem Eintrag passen.</translation>
    </message>
    <message>
        <source>The text is empty.</source>
        <translation>Der Text ist leer.</translation>
    </message>
    <message>
        <source>bytes %1 to %2 of %3</source>
        <translation>Bytes %1 bis %2 von %3</translation>
    </message>
    <message>
        <source>This part of the payload is on the clipboard.</source>
        <translation>Dieser Teil des Inhalts ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>The payload is on the clipboard.</source>
        <translation>Der Inhalt ist in der Zwischenablage.</translation>
    </message>
</context>
<context>
    <name>tally::ui::PinsDialog</name>
    <message>
        <source>What to compare with</source>
        <translation>Womit verglichen wird</translation>
    </message>
    <message>
        <source>Enter what you got by another way than the file itself, for instance from the engagement letter. Without it a check cannot say whose log this is.</source>
        <translation>Geben Sie ein, was Sie auf anderem Weg als durch die Datei selbst bekamen, etwa im Auftragsschreiben. Ohne das kann keine Prüfung sagen, wessen Log es ist.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Kept before</source>
        <translation>Früher gemerkt</translation>
    </message>
    <message>
        <source>Fingerprint or key</source>
        <translation>Fingerabdruck oder Schlüssel</translation>
    </message>
    <message>
        <source>64 hex digits, or name+id+key</source>
        <translation>64 Hex-Ziffern oder Name+Kennung+Schlüssel</translation>
    </message>
    <message>
        <source>Keep it as</source>
        <translation>Merken als</translation>
    </message>
    <message>
        <source>a name, or empty: not kept</source>
        <translation>ein Name; leer: nicht merken</translation>
    </message>
    <message>
        <source>verifier keys, one in a line</source>
        <translation>Prüfschlüssel, einer je Zeile</translation>
    </message>
    <message>
        <source>Trusted witnesses</source>
        <translation>Vertraute Zeugen</translation>
    </message>
    <message>
        <source>what this account saw before</source>
        <translation>dem, was dieses Konto früher sah</translation>
    </message>
    <message>
        <source>a memory file</source>
        <translation>einer Gedächtnis-Datei</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>Vergleichen mit</translation>
    </message>
    <message>
        <source>Memory file</source>
        <translation>Gedächtnis-Datei</translation>
    </message>
    <message>
        <source>of an earlier check</source>
        <translation>einer früheren Prüfung</translation>
    </message>
    <message>
        <source>Check with it</source>
        <translation>Damit prüfen</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
</context>
<context>
    <name>tally::ui::ProofDialog</name>
    <message>
        <source>Verify one proof</source>
        <translation>Einzelnen Beweis prüfen</translation>
    </message>
    <message>
        <source>A proof (.tlog-proof) shows that one record stands under a signed checkpoint, and nothing about the others.</source>
        <translation>Ein Beweis (.tlog-proof) zeigt, dass ein Eintrag unter einem signierten Prüfpunkt steht, und nichts über die anderen.</translation>
    </message>
    <message>
        <source>Proof</source>
        <translation>Beweis</translation>
    </message>
    <message>
        <source>Key that signed</source>
        <translation>Schlüssel, der signierte</translation>
    </message>
    <message>
        <source>name+id+key, from the owner</source>
        <translation>Name+Kennung+Schlüssel, vom Eigentümer</translation>
    </message>
    <message>
        <source>Use the key in %1</source>
        <translation>Den Schlüssel in %1 nehmen</translation>
    </message>
    <message>
        <source>The key as that file says it: worth as much as its verdict</source>
        <translation>Der Schlüssel, wie jene Datei ihn nennt: so viel wert wie ihr Ergebnis</translation>
    </message>
    <message>
        <source>Proven record</source>
        <translation>Bewiesener Eintrag</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Proven: this is record %1 of %2, sealed among %3 records by the key given here.</source>
        <translation>Bewiesen: Dies ist Eintrag %1 von %2, versiegelt unter %3 Einträgen mit dem hier genannten Schlüssel.</translation>
    </message>
    <message>
        <source>Proven: all %1 records of %2 are sealed by the key given here.</source>
        <translation>Bewiesen: Alle %1 Einträge von %2 sind mit dem hier genannten Schlüssel versiegelt.</translation>
    </message>
    <message>
        <source>Whose key it is, the proof cannot say.</source>
        <translation>Wessen Schlüssel es ist, kann der Beweis nicht sagen.</translation>
    </message>
</context>
<context>
    <name>tally::ui::ProviderDialog</name>
    <message>
        <source>Connect a provider</source>
        <translation>Anbieter verbinden</translation>
    </message>
    <message>
        <source>OpenAI-compatible (OpenAI, vLLM, llama.cpp, Ollama, LM Studio)</source>
        <translation>OpenAI-kompatibel (OpenAI, vLLM, llama.cpp, Ollama, LM Studio)</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>how workflows call it, for example openai</source>
        <translation>so nennen ihn Abläufe, zum Beispiel openai</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>kept in the keychain, or env:NAME</source>
        <translation>liegt im Schlüsselbund, oder env:NAME</translation>
    </message>
    <message>
        <source>Priced as</source>
        <translation>Preis wie</translation>
    </message>
    <message>
        <source>Requests per minute</source>
        <translation>Anfragen pro Minute</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>keine Grenze</translation>
    </message>
    <message>
        <source>Tokens per minute</source>
        <translation>Token pro Minute</translation>
    </message>
    <message>
        <source>Calls at once</source>
        <translation>Gleichzeitige Aufrufe</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>CA file</source>
        <translation>CA-Datei</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <source>Give it a name: workflows refer to it</source>
        <translation>Geben Sie ihm einen Namen: Abläufe verweisen darauf</translation>
    </message>
    <message>
        <source>%1: digits only</source>
        <translation>%1: nur Ziffern</translation>
    </message>
    <message>
        <source>name in the price book; local: hardware of your own</source>
        <translation>Name im Preisbuch; local: eigene Hardware</translation>
    </message>
    <message>
        <source>as the workspace says</source>
        <translation>wie im Arbeitsbereich</translation>
    </message>
</context>
<context>
    <name>tally::ui::Rail</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Stopped: receipt</source>
        <translation>Gestoppt: Beleg</translation>
    </message>
    <message>
        <source>Stop all</source>
        <translation>Alles stoppen</translation>
    </message>
    <message>
        <source>Everything is stopped. Shows the receipt; resuming is done there.</source>
        <translation>Alles ist gestoppt. Zeigt den Beleg; fortgesetzt wird dort.</translation>
    </message>
    <message>
        <source>Stops all work at once, without a question (%1)</source>
        <translation>Stoppt alle Arbeit sofort, ohne Rückfrage (%1)</translation>
    </message>
</context>
<context>
    <name>tally::ui::RatesCard</name>
    <message>
        <source>Contract rates</source>
        <translation>Vertragspreise</translation>
    </message>
    <message>
        <source>None: every price comes from the catalogue.</source>
        <translation>Keine: Jeder Preis kommt aus dem Katalog.</translation>
    </message>
    <message>
        <source>File of contract rates</source>
        <translation>Datei mit Vertragspreisen</translation>
    </message>
    <message>
        <source>file of rates, format tally-prices/1</source>
        <translation>Preisdatei, Format tally-prices/1</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Use these rates</source>
        <translation>Preise verwenden</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>%1: %2 for %3</source>
        <comment>name of the contract: N rate lines for N models</comment>
        <translation>%1: %2 für %3</translation>
    </message>
    <message numerus="yes">
        <source>%Ln rate line(s)</source>
        <translation>
            <numerusform>%Ln Preiszeile</numerusform>
            <numerusform>%Ln Preiszeilen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln model(s)</source>
        <translation>
            <numerusform>%Ln Modell</numerusform>
            <numerusform>%Ln Modelle</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, in use since %2</source>
        <translation>%1, gültig seit %2</translation>
    </message>
    <message>
        <source>Choose a file of contract rates</source>
        <translation>Datei mit Vertragspreisen wählen</translation>
    </message>
    <message>
        <source>Rates (*.json);;All files (*)</source>
        <translation>Preise (*.json);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Removed. Later calls cost the catalogue&apos;s price; what was booked stays as it is.</source>
        <translation>Entfernt. Spätere Aufrufe kosten den Katalogpreis; Gebuchtes bleibt, wie es ist.</translation>
    </message>
    <message>
        <source>The file is well formed. %1.</source>
        <translation>Die Datei ist in Ordnung. %1.</translation>
    </message>
    <message>
        <source>In use. Later calls cost these rates; what was booked stays as it is.</source>
        <translation>In Gebrauch. Spätere Aufrufe kosten diese Preise; Gebuchtes bleibt, wie es ist.</translation>
    </message>
</context>
<context>
    <name>tally::ui::ReceiptDialog</name>
    <message>
        <source>Stop receipt</source>
        <translation>Stopp-Beleg</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Admit new work again</source>
        <translation>Neue Arbeit wieder zulassen</translation>
    </message>
    <message>
        <source>Admit and continue the stopped runs</source>
        <translation>Zulassen und gestoppte Läufe fortsetzen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>The stop order was not accepted</source>
        <translation>Der Stoppbefehl wurde nicht angenommen</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Everything is stopped</source>
        <translation>Alles ist gestoppt</translation>
    </message>
    <message>
        <source>Run %1 is stopped</source>
        <translation>Lauf %1 ist gestoppt</translation>
    </message>
    <message>
        <source>Workflow %1 is stopped</source>
        <translation>Ablauf %1 ist gestoppt</translation>
    </message>
    <message>
        <source>Process %1 is stopped</source>
        <translation>Prozess %1 ist gestoppt</translation>
    </message>
    <message>
        <source>Resumed</source>
        <translation>Fortgesetzt</translation>
    </message>
    <message>
        <source>Complete</source>
        <translation>Vollständig</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>Stoppt</translation>
    </message>
    <message>
        <source>The order is out. No new call is admitted; calls under way are being cancelled.</source>
        <translation>Der Befehl ist erteilt. Kein neuer Aufruf wird zugelassen; laufende werden abgebrochen.</translation>
    </message>
    <message>
        <source>Ordered</source>
        <translation>Befohlen</translation>
    </message>
    <message>
        <source>Nothing admitted after</source>
        <translation>Nichts mehr zugelassen nach</translation>
    </message>
    <message>
        <source>Last call ended after</source>
        <translation>Letzter Aufruf beendet nach</translation>
    </message>
    <message>
        <source>Calls in flight</source>
        <translation>Laufende Aufrufe</translation>
    </message>
    <message>
        <source>Calls stopped</source>
        <translation>Gestoppte Aufrufe</translation>
    </message>
    <message>
        <source>Runs stopped</source>
        <translation>Gestoppte Läufe</translation>
    </message>
    <message>
        <source>Retries cancelled</source>
        <translation>Abgesagte Wiederholungen</translation>
    </message>
    <message>
        <source>Programs ended</source>
        <translation>Beendete Programme</translation>
    </message>
    <message>
        <source>Outcome unknown</source>
        <translation>Ausgang unbekannt</translation>
    </message>
    <message>
        <source>Cost after the order</source>
        <translation>Kosten nach dem Befehl</translation>
    </message>
    <message>
        <source>Entry in the log</source>
        <translation>Eintrag im Protokoll</translation>
    </message>
    <message>
        <source>being written</source>
        <translation>wird geschrieben</translation>
    </message>
</context>
<context>
    <name>tally::ui::RecordPanel</name>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Record %1</source>
        <translation>Eintrag %1</translation>
    </message>
    <message>
        <source>Canonical</source>
        <translation>Kanonisch</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Eintrag</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the record</source>
        <translation>Eintrag kopieren</translation>
    </message>
    <message>
        <source>As text</source>
        <translation>Als Text</translation>
    </message>
    <message>
        <source>As JSON</source>
        <translation>Als JSON</translation>
    </message>
    <message>
        <source>Fields</source>
        <translation>Felder</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>In the file</source>
        <translation>In der Datei</translation>
    </message>
    <message>
        <source>Line in the file</source>
        <translation>Zeile in der Datei</translation>
    </message>
    <message>
        <source>Canonical line</source>
        <translation>Kanonische Zeile</translation>
    </message>
    <message>
        <source>Hash</source>
        <translation>Hash</translation>
    </message>
    <message>
        <source>In the signed list</source>
        <translation>In der signierten Liste</translation>
    </message>
    <message>
        <source>Computed from the line in the file</source>
        <translation>Aus der Zeile in der Datei berechnet</translation>
    </message>
    <message>
        <source>Previous hash, as the line says it</source>
        <translation>Vorheriger Hash, wie die Zeile ihn nennt</translation>
    </message>
    <message>
        <source>SHA-256 of these bytes: one zero byte, then the line</source>
        <translation>SHA-256 dieser Bytes: ein Null-Byte, dann die Zeile</translation>
    </message>
    <message>
        <source>Bytes that are hashed</source>
        <translation>Bytes, die gehasht werden</translation>
    </message>
    <message>
        <source>Select a record to see its fields, its line as stored and in canonical form, and its hashes.</source>
        <translation>Wählen Sie einen Eintrag, um seine Felder, seine Zeile wie gespeichert und in kanonischer Form und seine Hashes zu sehen.</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more in the list of findings</source>
        <translation>
            <numerusform>und %Ln weiterer in der Liste der Befunde</numerusform>
            <numerusform>und %Ln weitere in der Liste der Befunde</numerusform>
        </translation>
    </message>
    <message>
        <source>As sealed (canonical, proven by its hash)</source>
        <translation>Wie versiegelt (kanonisch, durch den Hash bewiesen)</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message>
        <source>the same, byte for byte</source>
        <translation>dieselbe, Byte für Byte</translation>
    </message>
    <message>
        <source>none: this line was never sealed</source>
        <translation>keiner: Diese Zeile wurde nie versiegelt</translation>
    </message>
    <message>
        <source>= the same</source>
        <translation>= derselbe</translation>
    </message>
    <message>
        <source>≠ not the same: the line was changed</source>
        <translation>≠ nicht derselbe: Die Zeile wurde geändert</translation>
    </message>
    <message>
        <source>Payloads</source>
        <translation>Inhalte</translation>
    </message>
</context>
<context>
    <name>tally::ui::RecordsModel</name>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Seq</source>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Previous hash</source>
        <translation>Vorheriger Hash</translation>
    </message>
    <message>
        <source>Hash (recomputed)</source>
        <translation>Hash (neu berechnet)</translation>
    </message>
    <message>
        <source>unreadable</source>
        <translation>unlesbar</translation>
    </message>
    <message>
        <source>listed %1 ≠ computed %2</source>
        <translation>gelistet %1 ≠ berechnet %2</translation>
    </message>
</context>
<context>
    <name>tally::ui::ReportDialog</name>
    <message>
        <source>Save a report of this check</source>
        <translation>Bericht dieser Prüfung speichern</translation>
    </message>
    <message>
        <source>What was checked and what was not, the verdict, findings and totals. Signed with your own key, nobody can change it unnoticed; `tally report check` checks it.</source>
        <translation>Was geprüft wurde und was nicht, das Ergebnis, Befunde und Summen. Mit Ihrem eigenen Schlüssel signiert kann ihn niemand unbemerkt ändern; `tally report check` prüft ihn.</translation>
    </message>
    <message>
        <source>Report (JSON)</source>
        <translation>Bericht (JSON)</translation>
    </message>
    <message>
        <source>also as PDF, for people</source>
        <translation>auch als PDF, für Menschen</translation>
    </message>
    <message>
        <source>Report (PDF)</source>
        <translation>Bericht (PDF)</translation>
    </message>
    <message>
        <source>Your key</source>
        <translation>Ihr Schlüssel</translation>
    </message>
    <message>
        <source>private key, PEM; empty: the report is not signed</source>
        <translation>privater Schlüssel, PEM; leer: Der Bericht wird nicht signiert</translation>
    </message>
    <message>
        <source>Its passphrase</source>
        <translation>Sein Kennwort</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>engagement, client, remark</source>
        <translation>Auftrag, Mandant, Bemerkung</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen…</translation>
    </message>
    <message>
        <source>Browse for: %1</source>
        <translation>Durchsuchen: %1</translation>
    </message>
    <message>
        <source>%1 is written, SHA-256 %2, %3.</source>
        <translation>%1 ist geschrieben, SHA-256 %2, %3.</translation>
    </message>
    <message>
        <source>not signed</source>
        <translation>nicht signiert</translation>
    </message>
    <message>
        <source>signed</source>
        <translation>signiert</translation>
    </message>
</context>
<context>
    <name>tally::ui::RetentionCard</name>
    <message>
        <source>Prompts and answers</source>
        <translation>Anfragen und Antworten</translation>
    </message>
    <message>
        <source>Remove the rule</source>
        <translation>Regel entfernen</translation>
    </message>
    <message>
        <source>Erase…</source>
        <translation>Löschen…</translation>
    </message>
    <message>
        <source>Erase prompts and answers</source>
        <translation>Anfragen und Antworten löschen</translation>
    </message>
    <message>
        <source>Change the rule…</source>
        <translation>Regel ändern…</translation>
    </message>
    <message>
        <source>Set a rule…</source>
        <translation>Regel setzen…</translation>
    </message>
    <message numerus="yes">
        <source>Erased %Ln day(s) after a run has ended.</source>
        <translation>
            <numerusform>Werden %Ln Tag nach dem Ende eines Laufs gelöscht.</numerusform>
            <numerusform>Werden %Ln Tage nach dem Ende eines Laufs gelöscht.</numerusform>
        </translation>
    </message>
    <message>
        <source>Only process %1.</source>
        <translation>Nur Prozess %1.</translation>
    </message>
    <message>
        <source>Only workflow %1.</source>
        <translation>Nur Ablauf %1.</translation>
    </message>
    <message>
        <source>Reason: %1; set by %2 on %3.</source>
        <translation>Grund: %1; gesetzt von %2 am %3.</translation>
    </message>
    <message>
        <source>Last applied %1.</source>
        <translation>Zuletzt angewandt %1.</translation>
    </message>
    <message>
        <source>Not applied yet.</source>
        <translation>Noch nicht angewandt.</translation>
    </message>
    <message>
        <source>Removed. What was erased stays erased; nothing more is.</source>
        <translation>Entfernt. Was gelöscht ist, bleibt gelöscht; mehr kommt nicht dazu.</translation>
    </message>
    <message>
        <source>Kept until somebody or a rule erases them; the log verifies without them.</source>
        <translation>Bleiben, bis jemand oder eine Regel sie löscht; das Protokoll ist auch ohne sie prüfbar.</translation>
    </message>
</context>
<context>
    <name>tally::ui::RunsModel</name>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Workflow</source>
        <translation>Ablauf</translation>
    </message>
    <message>
        <source>Items</source>
        <translation>Elemente</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>Grenze</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Beginn</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>Einzelheit</translation>
    </message>
</context>
<context>
    <name>tally::ui::SettingsPage</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy: %1</source>
        <translation>Kopieren: %1</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Darstellung</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Design</translation>
    </message>
    <message>
        <source>as the desktop</source>
        <translation>wie der Desktop</translation>
    </message>
    <message>
        <source>dark</source>
        <translation>dunkel</translation>
    </message>
    <message>
        <source>light</source>
        <translation>hell</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Workspace</source>
        <translation>Arbeitsbereich</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Grenzen</translation>
    </message>
    <message>
        <source>Proxy and CA</source>
        <translation>Proxy und CA</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>Befinden</translation>
    </message>
    <message>
        <source>Providers</source>
        <translation>Anbieter</translation>
    </message>
    <message>
        <source>No provider yet</source>
        <translation>Noch kein Anbieter</translation>
    </message>
    <message>
        <source>Local and simulated models need none.</source>
        <translation>Lokale und simulierte Modelle brauchen keinen.</translation>
    </message>
    <message>
        <source>Connect a provider…</source>
        <translation>Anbieter verbinden …</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Testen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>No workspace is open: this window only checks bundles.</source>
        <translation>Kein Arbeitsbereich geöffnet: Dieses Fenster prüft nur Bündel.</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Public key</source>
        <translation>Öffentlicher Schlüssel</translation>
    </message>
    <message>
        <source>Signing key kept in</source>
        <translation>Signierschlüssel liegt in</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>%1, database schema %2</source>
        <translation>%1, Datenbankschema %2</translation>
    </message>
    <message>
        <source>%1 requests/min</source>
        <translation>%1 Anfragen/min</translation>
    </message>
    <message>
        <source>%1 tokens/min</source>
        <translation>%1 Token/min</translation>
    </message>
    <message>
        <source>%1 at once</source>
        <translation>%1 gleichzeitig</translation>
    </message>
    <message>
        <source>not needed</source>
        <translation>nicht nötig</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>not used yet</source>
        <translation>noch nicht benutzt</translation>
    </message>
    <message>
        <source>Select a provider first.</source>
        <translation>Wählen Sie zuerst einen Anbieter.</translation>
    </message>
    <message>
        <source>Fingerprint, to pin</source>
        <translation>Fingerabdruck</translation>
    </message>
</context>
<context>
    <name>tally::ui::StatusLine</name>
    <message>
        <source>engine not started</source>
        <translation>Engine nicht gestartet</translation>
    </message>
    <message>
        <source>no workspace open: audit only</source>
        <translation>kein Arbeitsbereich: nur Prüfung</translation>
    </message>
    <message>
        <source>another process owns the engine: this window looks on</source>
        <translation>ein anderer Prozess besitzt die Engine: dieses Fenster schaut zu</translation>
    </message>
    <message>
        <source>Workspace %1</source>
        <translation>Arbeitsbereich %1</translation>
    </message>
    <message>
        <source>stopped: nothing is admitted</source>
        <translation>gestoppt: nichts wird zugelassen</translation>
    </message>
    <message>
        <source>engine running</source>
        <translation>Engine läuft</translation>
    </message>
    <message>
        <source>engine idle</source>
        <translation>Engine ruht</translation>
    </message>
    <message>
        <source>db %1/s</source>
        <translation>DB %1/s</translation>
    </message>
    <message>
        <source>log %1, sealed %2</source>
        <translation>Protokoll %1, versiegelt %2</translation>
    </message>
    <message>
        <source>Entries in the tamper-evident log, and how many of them a signed checkpoint covers</source>
        <translation>Einträge im fälschungssicheren Protokoll, und wie viele ein signierter Prüfpunkt deckt</translation>
    </message>
    <message>
        <source>UI %1 ms/frame</source>
        <translation>UI %1 ms/Bild</translation>
    </message>
    <message numerus="yes">
        <source>%Ln run(s) live</source>
        <translation>
            <numerusform>%Ln Lauf aktiv</numerusform>
            <numerusform>%Ln Läufe aktiv</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln call(s) in flight</source>
        <translation>
            <numerusform>%Ln Aufruf unterwegs</numerusform>
            <numerusform>%Ln Aufrufe unterwegs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tally::ui::StepPanel</name>
    <message>
        <source>Select a step to see what it cost and why.</source>
        <translation>Wählen Sie einen Schritt, um zu sehen, was er kostete und warum.</translation>
    </message>
    <message>
        <source>attempt %1</source>
        <translation>Versuch %1</translation>
    </message>
    <message>
        <source>simulated</source>
        <translation>simuliert</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>Reserved before the call</source>
        <translation>Vor dem Aufruf reserviert</translation>
    </message>
    <message>
        <source>First token</source>
        <translation>Erstes Token</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Gesamt</translation>
    </message>
    <message>
        <source>Entry / hash</source>
        <translation>Eintrag / Hash</translation>
    </message>
    <message>
        <source>Price: %1, tier %2, from %3 (%4). %5</source>
        <translation>Preis: %1, Stufe %2, ab %3 (%4). %5</translation>
    </message>
    <message>
        <source>none, or erased</source>
        <translation>keine, oder gelöscht</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>Line in the log</source>
        <translation>Zeile im Protokoll</translation>
    </message>
</context>
<context>
    <name>tally::ui::StepsModel</name>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>In</source>
        <translation>Ein</translation>
    </message>
    <message>
        <source>Out</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>First token</source>
        <translation>Erstes Token</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>Latenz</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Beginn</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>Einzelheit</translation>
    </message>
    <message>
        <source>%1, attempt %2</source>
        <translation>%1, Versuch %2</translation>
    </message>
</context>
<context>
    <name>tally::ui::StopControl</name>
    <message>
        <source>Nothing was ever stopped in this workspace.</source>
        <translation>In diesem Arbeitsbereich wurde noch nie etwas gestoppt.</translation>
    </message>
</context>
<context>
    <name>tally::ui::TablePanel</name>
    <message>
        <source>Filter  /</source>
        <translation>Filter  /</translation>
    </message>
    <message>
        <source>Filter %1</source>
        <translation>%1 filtern</translation>
    </message>
    <message>
        <source>%1 of %2, the rest is filtered out</source>
        <translation>%1 von %2, der Rest ist weggefiltert</translation>
    </message>
    <message>
        <source>%1 not %2</source>
        <translation>%1 nicht %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Remove the filter %1</source>
        <translation>Filter %1 entfernen</translation>
    </message>
</context>
<context>
    <name>tally::ui::TableView</name>
    <message>
        <source>Filter to “%1”</source>
        <translation>Nur „%1“</translation>
    </message>
    <message>
        <source>Not “%1”</source>
        <translation>Nicht „%1“</translation>
    </message>
    <message>
        <source>Copy this value</source>
        <translation>Diesen Wert kopieren</translation>
    </message>
    <message>
        <source>Copy the selected rows as</source>
        <translation>Gewählte Zeilen kopieren als</translation>
    </message>
    <message>
        <source>Copy all rows as</source>
        <translation>Alle Zeilen kopieren als</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Remove all filters</source>
        <translation>Alle Filter entfernen</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Restore the columns</source>
        <translation>Spalten zurücksetzen</translation>
    </message>
</context>
<context>
    <name>tally::ui::Toast</name>
    <message>
        <source>Dismiss the message</source>
        <translation>Meldung schließen</translation>
    </message>
</context>
<context>
    <name>tally::ui::VerdictCard</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Wird geprüft …</translation>
    </message>
    <message>
        <source>Nothing is proven before the check has ended.</source>
        <translation>Vor dem Ende der Prüfung ist nichts bewiesen.</translation>
    </message>
    <message>
        <source>%1 steps in %2 runs · %3 · %4</source>
        <translation>%1 Schritte in %2 Läufen · %3 · %4</translation>
    </message>
    <message>
        <source>%1 not sealed</source>
        <translation>%1 nicht versiegelt</translation>
    </message>
    <message>
        <source>payloads: %1 shown, %2 erased, %3 withheld</source>
        <translation>Inhalte: %1 gezeigt, %2 gelöscht, %3 zurückgehalten</translation>
    </message>
    <message>
        <source>no pin given</source>
        <translation>kein Fingerabdruck angegeben</translation>
    </message>
    <message>
        <source>fits the pin %1</source>
        <translation>passt zu %1</translation>
    </message>
    <message>
        <source>does not fit the pin %1</source>
        <translation>passt nicht zu %1</translation>
    </message>
    <message>
        <source>continues the state of %1 records that you saw</source>
        <translation>setzt den gesehenen Stand von %1 Einträgen fort</translation>
    </message>
    <message>
        <source>compared with the state of %1 records that you saw</source>
        <translation>verglichen mit dem gesehenen Stand von %1 Einträgen</translation>
    </message>
    <message>
        <source>proven figures</source>
        <translation>bewiesene Zahlen</translation>
    </message>
    <message>
        <source>figures as they stand, not proven</source>
        <translation>Zahlen wie sie dastehen, nicht bewiesen</translation>
    </message>
    <message>
        <source>Log %1</source>
        <translation>Protokoll %1</translation>
    </message>
    <message>
        <source>fingerprint %1</source>
        <translation>Fingerabdruck %1</translation>
    </message>
    <message>
        <source>nothing sealed</source>
        <translation>nichts versiegelt</translation>
    </message>
    <message>
        <source>sealed up to record %1 of %2</source>
        <translation>versiegelt bis Eintrag %1 vom %2</translation>
    </message>
    <message>
        <source>sealed up to record %1</source>
        <translation>versiegelt bis Eintrag %1</translation>
    </message>
</context>
<context>
    <name>tally::ui::WorkflowsPage</name>
    <message>
        <source>Valid</source>
        <translation>Gültig</translation>
    </message>
    <message>
        <source>Workflows</source>
        <translation>Abläufe</translation>
    </message>
    <message>
        <source>Run…</source>
        <translation>Starten …</translation>
    </message>
    <message>
        <source>Save as new version</source>
        <translation>Als neue Version speichern</translation>
    </message>
    <message>
        <source>Workflow</source>
        <translation>Ablauf</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>Process</source>
        <translation>Prozess</translation>
    </message>
    <message>
        <source>Last run</source>
        <translation>Letzter Lauf</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Known here</source>
        <translation>Hier bekannt</translation>
    </message>
    <message>
        <source>No workflow yet</source>
        <translation>Noch kein Ablauf</translation>
    </message>
    <message>
        <source>Drop a workflow file (.json) on the window.</source>
        <translation>Legen Sie eine Ablaufdatei (.json) auf dem Fenster ab.</translation>
    </message>
    <message>
        <source>Definition</source>
        <translation>Definition</translation>
    </message>
    <message>
        <source>Workflow definition</source>
        <translation>Ablaufdefinition</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Stelle</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>Was falsch ist</translation>
    </message>
    <message>
        <source>What to write instead</source>
        <translation>Was stattdessen zu schreiben ist</translation>
    </message>
    <message>
        <source>Nothing is wrong</source>
        <translation>Nichts ist falsch</translation>
    </message>
    <message>
        <source>The definition is checked while you type.</source>
        <translation>Die Definition wird beim Tippen geprüft.</translation>
    </message>
    <message>
        <source>No workspace is open</source>
        <translation>Kein Arbeitsbereich geöffnet</translation>
    </message>
    <message>
        <source>Workflows live in a workspace. This window only checks bundles.</source>
        <translation>Abläufe gehören zu einem Arbeitsbereich. Dieses Fenster prüft nur Bündel.</translation>
    </message>
    <message>
        <source>version %1</source>
        <translation>Version %1</translation>
    </message>
    <message>
        <source>limit %1 per run</source>
        <translation>Grenze %1 je Lauf</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>%1 kann nicht gelesen werden: %2</translation>
    </message>
    <message>
        <source>%1 is larger than 4 MB: not a workflow definition.</source>
        <translation>%1 ist größer als 4 MB: keine Ablaufdefinition.</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Repair the errors first: they are marked in the text.</source>
        <translation>Beheben Sie zuerst die Fehler: Sie sind im Text markiert.</translation>
    </message>
    <message>
        <source>%1 is saved.</source>
        <translation>%1 ist gespeichert.</translation>
    </message>
    <message>
        <source>Save the definition first: a run names the version that it ran.</source>
        <translation>Speichern Sie zuerst die Definition: Ein Lauf nennt die Version, die er ausführte.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln error(s)</source>
        <translation>
            <numerusform>%Ln Fehler</numerusform>
            <numerusform>%Ln Fehler</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln warning(s)</source>
        <translation>
            <numerusform>%Ln Warnung</numerusform>
            <numerusform>%Ln Warnungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln workflow(s)</source>
        <translation>
            <numerusform>%Ln Ablauf</numerusform>
            <numerusform>%Ln Abläufe</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln step definition(s)</source>
        <translation>
            <numerusform>%Ln Schrittdefinition</numerusform>
            <numerusform>%Ln Schrittdefinitionen</numerusform>
        </translation>
    </message>
</context>
</TS>
