/**
 * The simulated reader keeps the contract of a card reader.
 */
import { cardReaderContract } from "../../src/contracts/CardReaderContract.ts"
import * as SimulatedReader from "../../src/simulators/SimulatedReader.ts"

cardReaderContract("the simulated reader", SimulatedReader.layer)
