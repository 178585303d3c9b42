// Training examples of the licence classifier: the reference notices (resources/samples/licence_texts.json)
// and the passages of the committed copyright files, redacted like everything that a step sees. Nothing else:
// no file of the machine. Any thread.
#pragma once
#include "core/base/file.h"
#include "core/context/licence_table.h"
#include "core/route/text_classifier.h"

namespace tally::route {

/// Label of every text that grants rights, whether or not the licence is on the list.
inline constexpr const char* grant_label = "~grant";

/// Examples from licence_texts.json; errors samples.texts.
Result<std::vector<Example>> referenceExamples(std::string_view json_text,
                                               const context::LicenceTable& table);
/// Examples of one copyright file; `group` keeps them in one fold.
std::vector<Example> documentExamples(std::string_view text, const std::string& group,
                                      const context::LicenceTable& table);
/// Everything below a samples folder, in a fixed order.
Result<std::vector<Example>> trainingExamples(const FileSystem& disk, const std::string& samples_folder,
                                              const context::LicenceTable& table);

} // namespace tally::route
