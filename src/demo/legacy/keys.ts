/** Keys by row number. They rise with it, so that rows come in the order of their keys. */
export const carrierKey = (index: number): string => String(101 + index);
export const lineKey = (index: number): string => String(1 + index);
export const customerKey = (index: number): string => String(10_001 + index);
/** Ten digits: more than an integer column can hold. */
export const coilKey = (index: number): string => String(7_000_000_003 + 3 * index);
export const jobKey = (index: number): string => String(500_001 + index);
export const skidKey = (index: number): string => String(900_001 + 2 * index);
export const qaKey = (index: number): string => String(1 + index);
export const shipmentKey = (index: number): string => String(300_001 + index);

/** The code of a production line, as jobs name it. */
export const lineCode = (index: number): string => `LN${String(index + 1).padStart(3, '0')}`;

/** Keys that no row has ever had. */
export const missingCustomerKey = (ordinal: number): string => String(1_999_000_000 + ordinal);
export const missingCoilKey = (ordinal: number): string => String(6_000_000_000 + ordinal);
