export type Position = [longitude: number, latitude: number];

const metresPerDegree = 111_320;

/** Convex hull, counter-clockwise, without a repeated last point (Andrew's monotone chain). */
export function convexHull(points: readonly Position[]): Position[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (sorted.length < 3) return sorted;
  const half = (input: readonly Position[]) => {
    const chain: Position[] = [];
    for (const point of input) {
      while (chain.length >= 2 && turn(chain.at(-2) as Position, chain.at(-1) as Position, point) <= 0) chain.pop();
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

function turn(a: Position, b: Position, c: Position): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/**
 * A closed ring around all points at a distance of `marginMetres`, with round corners: the hull of small circles
 * about the points. So one site gives a circle and two give a capsule, and no site stands on the line.
 */
export function hullAround(points: readonly Position[], marginMetres: number): Position[] {
  const corners = convexHull(points);
  const ring = convexHull(
    corners.flatMap(([longitude, latitude]) => {
      const stretch = Math.cos((latitude * Math.PI) / 180);
      return Array.from({ length: 16 }, (_, step): Position => {
        const angle = (step / 16) * 2 * Math.PI;
        return [
          longitude + (Math.cos(angle) * marginMetres) / (metresPerDegree * stretch),
          latitude + (Math.sin(angle) * marginMetres) / metresPerDegree,
        ];
      });
    }),
  );
  const [start] = ring;
  return start ? [...ring, start] : [];
}

/** Centre of a ring's area, for its label. */
export function ringCentre(ring: readonly Position[]): Position {
  let area = 0;
  let x = 0;
  let y = 0;
  const [origin] = ring;
  if (!origin) return [0, 0];
  for (let i = 1; i < ring.length; i++) {
    const [ax, ay] = relative(ring[i - 1] as Position, origin);
    const [bx, by] = relative(ring[i] as Position, origin);
    const cross = ax * by - bx * ay;
    area += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  return area === 0 ? origin : [origin[0] + x / (3 * area), origin[1] + y / (3 * area)];
}

/** Relative to the first corner: the differences of large products would cost the digits that matter. */
function relative(point: Position, origin: Position): Position {
  return [point[0] - origin[0], point[1] - origin[1]];
}
