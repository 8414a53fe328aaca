/** The implementation did something that no state of the model excuses; the message is a sentence about it. */
export class ImplementationFault extends Error {}
