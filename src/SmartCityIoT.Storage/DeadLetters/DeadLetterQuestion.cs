namespace SmartCityIoT.Storage.DeadLetters;

/// <summary>Asks for dead letters, the newest first.</summary>
public sealed record DeadLetterQuestion
{
    /// <summary>Only letters with this reason, or null for all.</summary>
    public string? Reason { get; init; }

    /// <summary>Only letters of this device, or null for all.</summary>
    public ulong? Device { get; init; }

    /// <summary>Most letters in the answer, 1 or more. Default 200.</summary>
    public int Limit { get; init; } = 200;

    /// <summary><see cref="DeadLetterPage.Next"/> of the page before, or null for the first page.</summary>
    public string? After { get; init; }
}

/// <summary>One page of dead letters, the newest first.</summary>
/// <param name="Next">Opaque mark of the page after this one; null when this is the last.</param>
public sealed record DeadLetterPage(IReadOnlyList<StoredDeadLetter> Items, string? Next);
