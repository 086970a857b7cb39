namespace SmartCityIoT.Storage.Embedded;

/// <summary>A newer version of the program has written the file. It is left as it is, and the journal keeps what comes meanwhile.</summary>
internal sealed class StoreVersionException(long found, int known)
    : Exception($"The store has the format {found}, and this program knows formats up to {known}: start the newer program again, or restore a backup of before");
