import { useEffect, useMemo } from 'preact/hooks';

/** The address of a picture that is not sent yet. */
export function usePreview(picture: File | null): string | null {
  const url = useMemo(() => picture && URL.createObjectURL(picture), [picture]);
  useEffect(() => () => void (url && URL.revokeObjectURL(url)), [url]);
  return url;
}
