#pragma once

#include "core/infra/src/local/machine.h"

/// Images: copies of a stopped server's root with manifest and provenance. All calls block: for
/// workers.
namespace analemma::infra::local {

/// Removes from a stopped server's root what must not be in an image: keys and their permissions to
/// log in, shell histories, secrets (/srv/secrets, /run), logs, temporary files, pid files.
Result<void> strip(const QString& root);

/// Copies the root of a stopped server. `image` brings id, recipe, tag, provenance, created.
Result<Image> takeImage(const Layout& layout, Image image, const QString& serverRoot,
                        CancelToken cancel);
Result<QList<Image>> listImages(const Layout& layout);
/// NotFound; Invalid: its record cannot be read.
Result<ImageRecord> findImage(const Layout& layout, const QString& id);
/// The folder to copy. After a reboot its files are held against the manifest once: a machine that
/// lost its power may have lost what was not yet on disk. Failed: it is not whole.
Result<QString> imageRoot(const Layout& layout, const QString& id);

}  // namespace analemma::infra::local
