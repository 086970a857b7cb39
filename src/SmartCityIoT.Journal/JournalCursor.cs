namespace SmartCityIoT.Journal;

/// <summary>A consumer's place in the journal.</summary>
/// <param name="Position">Newest position that the consumer needs no more.</param>
/// <param name="Lag">Positions between the cursor and the head.</param>
public sealed record JournalCursor(string Name, long Position, long Lag);
