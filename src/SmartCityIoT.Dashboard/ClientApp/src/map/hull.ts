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

/** Where the name of an area goes: over the middle of its width, at its northern edge. */
export function topOf(ring: readonly Position[]): Position {
  let [west, east, north] = [Infinity, -Infinity, -Infinity];
  for (const [longitude, latitude] of ring) {
    west = Math.min(west, longitude);
    east = Math.max(east, longitude);
    north = Math.max(north, latitude);
  }
  return [(west + east) / 2, north];
}
