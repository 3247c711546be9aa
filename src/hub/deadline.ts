/** Waits that end. */

/** Whether it came true within so many ms. */
export async function withinDeadline(done: Promise<boolean>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const inTime = await Promise.race([done, late]);
  clearTimeout(timer);
  return inTime;
}
