namespace SmartCityIoT.Storage.Embedded;

/// <summary>
/// While it was open, the store's file was lost or fell back behind what it had held. Points that were flushed are missing from it, and
/// those that were pending are dropped: open the store again and append everything after the position that it answers.
/// </summary>
public sealed class StoreRewoundException : Exception
{
    public StoreRewoundException(long heldPosition)
        : base($"The embedded store fell back to journal position {heldPosition}; what came after it has to be appended again.") =>
        HeldPosition = heldPosition;

    /// <summary>Journal position that the file holds.</summary>
    public long HeldPosition { get; }
}
