export const beginning = { session: 0, instance: 0 };
export function comparePlaces(a, b) {
    return a.session - b.session || a.instance - b.instance;
}
export function isWithin({ after, upTo }, session, instance) {
    return ((session > after.session || (session === after.session && instance > after.instance)) &&
        (session < upTo.session || (session === upTo.session && instance <= upTo.instance)));
}
/** What is left of a span behind a place, in one direction or the other. */
export function resumed(span, place, reverse) {
    if (place === undefined)
        return span;
    if (!reverse) {
        return comparePlaces(place, span.after) > 0 ? { after: place, upTo: span.upTo } : span;
    }
    const upTo = { session: place.session, instance: place.instance - 1 };
    return comparePlaces(upTo, span.upTo) < 0 ? { after: span.after, upTo } : span;
}
