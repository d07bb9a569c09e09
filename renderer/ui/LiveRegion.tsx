/**
 * Says `text` to a screen reader whenever it changes. Both regions stand from the first paint on, because a region that
 * appears together with its text is not read.
 */
export function LiveRegion({ polite, assertive }: { readonly polite: string; readonly assertive: string }) {
  return (
    <>
      <div className="visually-hidden" role="status" aria-live="polite">
        {polite}
      </div>
      <div className="visually-hidden" role="alert" aria-live="assertive">
        {assertive}
      </div>
    </>
  );
}
