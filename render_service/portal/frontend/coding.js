// SPDX-License-Identifier: GPL-3.0-or-later
// Arrays of 16-bit numbers as the server codes them; see render_service/portal/api/coding.py.
export function decoded(text, columns) {
  const content = atob(text);
  const count = content.length / 2;
  const rows = count / columns;
  const values = new Uint16Array(count);
  for (let column = 0; column < columns; column++) {
    let value = 0;
    for (let row = 0; row < rows; row++) {
      const at = column * rows + row;
      value = (value + content.charCodeAt(at) + (content.charCodeAt(count + at) << 8)) & 0xffff;
      values[row * columns + column] = value;
    }
  }
  return values;
}

// (n, 3) metres, Z up, to the viewer's frame: Y up, facing +Z.
export function positions(text, step) {
  const whole = new Int16Array(decoded(text, 3).buffer);
  const found = new Float32Array(whole.length);
  for (let i = 0; i < whole.length; i += 3) {
    found[i] = whole[i] * step;
    found[i + 1] = whole[i + 2] * step;
    found[i + 2] = -whole[i + 1] * step;
  }
  return found;
}

// Area-weighted normals of (n, 3) points, smooth over corners that share a point.
export function normals(points, corners) {
  const sum = new Float32Array(points.length);
  for (let i = 0; i < corners.length; i += 3) {
    const [a, b, c] = [corners[i] * 3, corners[i + 1] * 3, corners[i + 2] * 3];
    const ux = points[b] - points[a], uy = points[b + 1] - points[a + 1], uz = points[b + 2] - points[a + 2];
    const vx = points[c] - points[a], vy = points[c + 1] - points[a + 1], vz = points[c + 2] - points[a + 2];
    const x = uy * vz - uz * vy, y = uz * vx - ux * vz, z = ux * vy - uy * vx;
    for (const at of [a, b, c]) {
      sum[at] += x;
      sum[at + 1] += y;
      sum[at + 2] += z;
    }
  }
  for (let i = 0; i < sum.length; i += 3) {
    const length = Math.hypot(sum[i], sum[i + 1], sum[i + 2]) || 1;
    sum[i] /= length;
    sum[i + 1] /= length;
    sum[i + 2] /= length;
  }
  return sum;
}
