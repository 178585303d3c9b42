// tallystick --render report FILE OUT.pdf [LANGUAGE]: draws a report and ends, without a display. `tally`
// calls it, because it links no Qt. OUT.png gives one picture per page.
#pragma once

namespace tally::window {

/// Exit code: 0 drawn; 1 not (the reason goes to stderr); 2 usage.
int renderAndEnd(int argc, char** argv);

} // namespace tally::window
