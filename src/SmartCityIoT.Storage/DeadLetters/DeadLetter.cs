namespace SmartCityIoT.Storage.DeadLetters;

/// <summary>A message that could not be used, as it came, with what is known about why.</summary>
public sealed record DeadLetter
{
    /// <summary>Unix milliseconds of receipt.</summary>
    public required long ReceivedAt { get; init; }

    /// <summary>Why: the name of a decode outcome, or one of <see cref="DeadLetterReason"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>EUI-64 of the sender, or null where the message does not say it in a way that can be believed.</summary>
    public ulong? Device { get; init; }

    public required string Topic { get; init; }

    /// <summary>The payload as received.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>More for a person: the store's own words and the line it refused, for instance.</summary>
    public string Detail { get; init; } = "";
}

/// <summary>A dead letter as the ledger keeps it.</summary>
/// <param name="Id">Grows with each letter and is never used again.</param>
public sealed record StoredDeadLetter(long Id, DeadLetter Letter);

/// <summary>Reasons beside the outcomes of a decoder, whose names are reasons too.</summary>
public static class DeadLetterReason
{
    /// <summary>Nobody has provisioned the device. Capped per device, see <see cref="DeadLetterOptions.PerUnknownDevice"/>.</summary>
    public const string UnknownDevice = "UnknownDevice";

    /// <summary>The topic is none of ours, or its bucket is not the device's.</summary>
    public const string BadTopic = "BadTopic";

    /// <summary>Decoded, but the store refused a point of it for good.</summary>
    public const string StoreRefused = "StoreRefused";
}
