/** The blurred placeholder of a picture until it is loaded, from the 25 bytes that came with it. */

/** Shows it behind the picture, unless that is there already. The decoder is loaded with the first one. */
export async function showPlaceholder(picture: HTMLImageElement, placeholder: string): Promise<void> {
  if (isLoaded(picture)) return;
  const { thumbHashToDataURL } = await import('thumbhash');
  if (isLoaded(picture)) return;
  const url = thumbHashToDataURL(Uint8Array.from(atob(placeholder), (character) => character.charCodeAt(0)));
  picture.parentElement?.style.setProperty('background', `url(${url}) center / cover`);
}

/** It must not be seen through transparent pictures. */
export function hidePlaceholder({ parentElement }: HTMLImageElement): void {
  parentElement?.style.removeProperty('background');
}

/** Deferred pictures are `complete` in some browsers. */
const isLoaded = ({ naturalWidth }: HTMLImageElement): boolean => naturalWidth > 0;
