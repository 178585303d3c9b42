// The product's main job on real input: both licence samples over the machine's copyright files, and the
// comparison of what they cost and how right they are. Gold answers are read here and nowhere else; no step
// sees them.
#pragma once
#include "core/api/reads.h"

#include <memory>
#include <string>

namespace tally::api {

class Demo {
public:
    /// `resources`: folder of resources/. Owner: the workspace, which outlives it.
    static Result<std::unique_ptr<Demo>> make(Workspace& workspace, Reads& reads,
                                              const std::string& resources);
    ~Demo();

    /// Starts both samples over all distinct files.
    void start(Reply<std::vector<RunId>> reply);
    /// Of the newest finished run of each sample.
    void result(Reply<SampleComparison> reply);

private:
    Demo(Workspace& workspace, Reads& reads);
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace tally::api
