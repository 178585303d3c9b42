// Checkers of shown work: right work is silent, one wrong step is named, and what they cannot read is left
// alone.
#include "core/guard/reasoning/shown_work.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally::guard::reasoning;

namespace {
const std::string sum_task = "((2 + 3 * 4) - (6 - -1)) =";
const Steps sum_steps = {"This can be written as \"A - B\", where A = (2 + 3 * 4) and B = (6 - -1).",
                         "Let's calculate A = (2 + 3 * 4) = (2 + 12) = 14.",
                         "Let's calculate B = (6 - -1) = (6 + 1) = 7.",
                         "Then A - B = 14 - 7 = 7. So the answer is 7."};
const Steps stack_steps = {"stack: empty",
                           "( ; stack: (",
                           "[ ; stack: ( [",
                           "] ; stack: (",
                           "The final stack is \"(\".",
                           "We will need to pop out \"(\" one by one in that order.",
                           "So, we need \")\". So the answer is )"};
const Steps sort_steps = {"Look at the first letter. The first letter: \"pear\": \"p\" (16). \"apple\": "
                          "\"a\" (1). \"plum\": \"p\" (16).",
                          "We now have: (1) \"apple\" < (16) [\"pear\" ? \"plum\"].",
                          "Now let's sort this subpart [\"pear\" ? \"plum\"] by looking at their second "
                          "letters. The second letter: \"pear\": \"e\" (5). \"plum\": \"l\" (12).",
                          "We now have: (5) \"pear\" < (12) \"plum\" for the subpart. Hence, we have "
                          "\"apple\" < \"pear\" < \"plum\".",
                          "I have now sorted all the words. The answer is apple pear plum"};
const std::string swap_task =
    "Ann, Bo, and Cy play a game. At the start, they each hold a ball: Ann has a red ball, Bo has a blue "
    "ball, and Cy has a green ball.\nFirst, Ann and Bo swap balls. Finally, Bo and Cy swap balls. At "
    "the end, Bo has the\nOptions:\n(A) red ball.\n(B) blue ball.\n(C) green ball.";
const Steps swap_steps = {"At the start: Ann: red, Bo: blue, Cy: green.",
                          "Ann and Bo swap balls: Ann: blue, Bo: red, Cy: green.",
                          "Bo and Cy swap balls: Ann: blue, Bo: green, Cy: red.",
                          "At the end of the game, Bo has the green ball. So the answer is (C)"};

Steps with(Steps steps, std::size_t at, const std::string& text) {
    steps[at] = text;
    return steps;
}
} // namespace

class TestGuardWork : public QObject {
    Q_OBJECT
private slots:
    void rightWorkIsSilent() {
        for (const auto& [task, steps] :
             {std::pair(sum_task, sum_steps), std::pair(std::string("( [ ]"), stack_steps),
              std::pair(std::string("List: pear apple plum"), sort_steps),
              std::pair(swap_task, swap_steps)}) {
            const auto found = firstMistake(task, steps);
            QVERIFY2(!found, found ? found->sentence.c_str() : "");
        }
    }
    void arithmetic() {
        expect(sum_task, with(sum_steps, 1, "Let's calculate A = (2 + 3 * 4) = (5 * 4) = 20."), 1,
               "(2 + 3 * 4) is 14, not (5 * 4)");
        expect(sum_task, with(sum_steps, 2, "Let's calculate B = (6 - -1) = (6 - 1) = 5."), 2,
               "(6 - -1) is 7, not (6 - 1)");
        expect(sum_task, with(sum_steps, 3, "Then A - B = 14 - 7 = 8. So the answer is 8."), 3,
               "14 - 7 is 7, not 8");
        expect(sum_task, with(sum_steps, 3, "Then A - B = 14 - 7 = 7. So the answer is 9."), 3,
               "the answer given is 9");
        expect(
            sum_task,
            with(sum_steps, 0, "This can be written as \"A + B\", where A = (2 + 3 * 4) and B = (6 - -1)."),
            0, "A + B with these letters is 21, but the task is 7");
        expect("How many in all?", {"There are 12 * 3 = 36 eggs.", "Without 5 broken, 36 - 5 = 29 are left."},
               1, "36 - 5 is 31, not 29");
    }
    void arithmeticLeavesAlone_data() {
        QTest::addColumn<QString>("text");
        for (const char* text :
             {"10 / 3 = 3.33", "2/3 = 0.6667 of them", "x = y + 3 = 7", "if (a == 3 && b != 4) c = 5;",
              "E = mc^2 = 5", "5 km + 3 m = 5003 m", "on 2024-01-02 = Tuesday", "version 1.2 = 1.3",
              "50 % = 0.5", "1,000 + 500 = 1,500", "a[3] = 4", "width=3 height=4", "The ratio 3:4 = 6:8",
              "f(2) = 5", "3 + 4 => 8", "total = 5", "10 + 5 ≈ 16"})
            QTest::newRow(text) << text;
    }
    void arithmeticLeavesAlone() {
        QFETCH(QString, text);
        const auto found = firstMistake("", {text.toStdString()});
        QVERIFY2(!found, found ? found->sentence.c_str() : "");
    }
    void brackets() {
        expect("( [ ]", with(stack_steps, 2, "[ ; stack: ( ["), std::nullopt, "");
        expect("( [ ]", with(stack_steps, 3, "] ; stack: empty"), 3, "after ] the stack is (, not empty");
        expect("( [ ]", with(stack_steps, 2, "{ ; stack: ( {"), 2, "the next of the input is [");
        expect("( [ ]", with(stack_steps, 4, "The final stack is \"( [\"."), 4, "the final stack is (");
        expect("( [ ]", with(stack_steps, 6, "So, we need \"]\". So the answer is ]"), 6,
               ") is needed to close (");
    }
    void ordering() {
        const std::string task = "List: pear apple plum";
        expect(task,
               with(sort_steps, 0,
                    "The first letter: \"pear\": \"p\" (15). \"apple\": \"a\" (1). \"plum\": \"p\" (16)."),
               0, "letter 1 of");
        expect(task, with(sort_steps, 1, "We now have: (1) \"apple\" < (16) \"plum\"."), 1,
               "these are not the words");
        expect(task,
               with(sort_steps, 3,
                    "We now have: (12) \"plum\" < (5) \"pear\" for the subpart. Hence, we have \"apple\" < "
                    "\"plum\" < \"pear\"."),
               3, "does not come after");
        expect(task, with(sort_steps, 4, "I have now sorted all the words. The answer is apple plum pear"), 4,
               "the words are");
    }
    void exchanges() {
        expect(swap_task, with(swap_steps, 1, "Ann and Bo swap balls: Ann: red, Bo: blue, Cy: green."), 1,
               "ann has");
        expect(swap_task, with(swap_steps, 2, "Ann and Cy swap balls: Ann: green, Bo: red, Cy: blue."), 2,
               "bo and cy exchange next");
        expect(swap_task,
               with(swap_steps, 3, "At the end of the game, Bo has the red ball. So the answer is (A)"), 3,
               "bo has");
        expect(swap_task,
               with(swap_steps, 3, "At the end of the game, Bo has the green ball. So the answer is (B)"), 3,
               "(B) is");
    }
    void constraints() {
        const std::string task =
            "The statements describe an order.\n- On a branch, there are three birds: a robin, an owl, and a "
            "crow.\n- The owl is to the left of the robin.\n- The crow is the rightmost.\nWhich is first?";
        const Steps right = {"The crow is the rightmost. So from left to right: first and second can be any "
                             "bird, third is the crow.",
                             "The owl is to the left of the robin. So from left to right: first is the owl, "
                             "second is the robin, "
                             "then third is the crow."};
        expect(task, right, std::nullopt, "");
        expect(task,
               with(right, 0,
                    "So from left to right: first is the crow, then second and third can be any bird."),
               0, "at place 1 the statements allow owl, the step says crow");
        expect(task, with(right, 1, "So from right to left: first is the crow, then second is the owl."), 1,
               "allow robin");
    }
    void stepsAreLinesWithoutCode() {
        QCOMPARE(stepsOf("one\n\n```py\nx = 1 + 1 == 3\n```\ntwo\n").size(), std::size_t(2));
    }
    void hostileTextEnds() {
        const std::string deep(100'000, '('), minus(100'000, '-');
        for (const std::string& text : {deep, minus, deep + "=" + deep, std::string(50'000, '='),
                                        "1 " + std::string(50'000, '+') + " 1 = 3"})
            QVERIFY(!firstMistake(text, {text, text}));
    }

private:
    static void expect(const std::string& task, const Steps& steps, std::optional<std::size_t> at,
                       const std::string& why) {
        const auto found = firstMistake(task, steps);
        QCOMPARE(found.has_value(), at.has_value());
        if (!found) return;
        QVERIFY2(found->step == *at, found->sentence.c_str());
        QVERIFY2(found->sentence.find(why) != std::string::npos, found->sentence.c_str());
    }
};

TALLY_TEST(TestGuardWork)
#include "test_guard_work.moc"
