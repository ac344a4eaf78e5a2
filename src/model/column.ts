/**
 * Reading typed arrays under `noUncheckedIndexedAccess`: one helper per array type, because V8 compiles each for one
 * kind of elements; a shared one turns megamorphic and costs 40 %.
 */
export const u8At = (column: Uint8Array, index: number): number => column[index] ?? 0;
export const u16At = (column: Uint16Array, index: number): number => column[index] ?? 0;
export const u32At = (column: Uint32Array, index: number): number => column[index] ?? 0;
export const i32At = (column: Int32Array, index: number): number => column[index] ?? 0;
export const f64At = (column: Float64Array, index: number): number => column[index] ?? 0;
