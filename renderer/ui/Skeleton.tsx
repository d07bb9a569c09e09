/** A line that will be text. `width` is any CSS width; the parent says in words that it is loading. */
export function Skeleton({ width, height = '12px' }: { readonly width: string; readonly height?: string }) {
  return <span className="skeleton" style={{ width, height }} aria-hidden />;
}

/** Rows in the layout of the real ones. */
export function SkeletonRows({ count, label }: { readonly count: number; readonly label: string }) {
  return (
    <div role="status">
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className="row row--skeleton">
          <Skeleton width={`${50 + ((index * 13) % 30)}%`} />
          <Skeleton width="56px" />
        </div>
      ))}
    </div>
  );
}
