namespace SmartCityIoT.Journal;

/// <summary>What an acknowledged record has survived.</summary>
public enum JournalDurability
{
    /// <summary>The commit is synced to the disk: survives the loss of power.</summary>
    Fsync,

    /// <summary>The commit is with the operating system: survives the death of the process (kill -9), not the loss of power.</summary>
    Os,
}
