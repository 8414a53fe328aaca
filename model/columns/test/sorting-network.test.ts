import { describe, expect, it } from "vitest";
import { sortingNetwork } from "../sorting-network.js";

describe("the sorting network", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 13])("sorts %i numbers, by the zero-one principle", (count) => {
    const network = sortingNetwork(count);
    for (let bits = 0; bits < 2 ** count; bits++) {
      const numbers = Array.from({ length: count }, (_, place) => (bits >>> place) & 1);
      for (const [low, high] of network) {
        if (numbers[low]! > numbers[high]!) [numbers[low], numbers[high]] = [numbers[high]!, numbers[low]!];
      }
      expect(numbers.every((number, place) => place === 0 || numbers[place - 1]! <= number)).toBe(true);
    }
  });
});
