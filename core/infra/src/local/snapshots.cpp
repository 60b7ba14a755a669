#include "core/base/text.h"
#include "core/infra/src/local/body.h"
#include "core/infra/src/local/images.h"

using namespace Qt::StringLiterals;

namespace analemma::infra::local {
namespace {

/// On a worker: everything of createImage().
Result<Image> bakeDisk(const Layout& layout, Image image, const QString& server,
                       const CancelToken& cancel)
{
    if (const Result<ImageRecord> known = findImage(layout, image.id)) {
        if (known->image.tag == image.tag) {
            return known->image;
        }
        return Error(ErrorKind::Conflict,
                     u"image %1 exists already, made as %2; nothing was changed"_s.arg(
                         image.id, known->image.tag));
    }
    const Result<ServerRecord> record = findServer(layout, server);
    if (!record) {
        return record.error().in(u"create image %1"_s.arg(image.id));
    }
    if (Result<void> halted = halt(layout, server); !halted) {
        return halted.error();
    }
    if (cancel.isCancelled()) {
        return cancelledError();
    }
    return takeImage(layout, std::move(image), layout.server(server).root(), cancel);
}

}  // namespace

Task<Result<Image>> createImage(BodyPtr body, ImageSpec spec, QString server, CancelToken cancel)
{
    if (!isPlainName(spec.id) || spec.tag.isEmpty()) {
        co_return Error(ErrorKind::Invalid,
                        u"\"%1\" is no name for an image"_s.arg(displayText(spec.id, 80)));
    }
    Result<PassPtr> imagePass = co_await Gate::enter(body->gate, u"image/"_s + spec.id);
    if (!imagePass) {
        co_return imagePass.error();
    }
    Result<PassPtr> serverPass = co_await Gate::enter(body->gate, u"server/"_s + server);
    if (!serverPass) {
        co_return serverPass.error();
    }
    if (cancel.isCancelled()) {
        co_return cancelledError();
    }
    const Layout layout = body->layout;
    Image image;
    image.id = spec.id;
    image.provider = layout.provider;
    image.recipe = spec.recipe;
    image.tag = spec.tag;
    image.provenance = spec.provenance;
    image.created = body->clock->now();
    std::function<Result<Image>()> work = [layout, image, server, cancel] {
        return bakeDisk(layout, image, server, cancel);
    };
    Result<Image> made = co_await onWorker<Image>(std::move(work));
    co_return made;
}

Task<Result<QList<Image>>> images(BodyPtr body)
{
    const Layout layout = body->layout;
    std::function<Result<QList<Image>>()> work = [layout] { return listImages(layout); };
    Result<QList<Image>> found = co_await onWorker<QList<Image>>(std::move(work));
    co_return found;
}

Task<Result<void>> deleteImage(BodyPtr body, QString id)
{
    if (!isPlainName(id)) {
        co_return Error(ErrorKind::Invalid,
                        u"\"%1\" is no name of an image"_s.arg(displayText(id, 80)));
    }
    Result<PassPtr> pass = co_await Gate::enter(body->gate, u"image/"_s + id);
    if (!pass) {
        co_return pass.error();
    }
    const Layout layout = body->layout;
    std::function<Result<void>()> work = [layout, id] {
        return discard(layout.image(id)).in(u"delete image %1"_s.arg(id));
    };
    Result<void> gone = co_await onWorker<void>(std::move(work));
    co_return gone;
}

}  // namespace analemma::infra::local
