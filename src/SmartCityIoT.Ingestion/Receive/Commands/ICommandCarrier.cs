using SmartCityIoT.Devices.Downlink;

namespace SmartCityIoT.Ingestion.Receive.Commands;

/// <summary>A way to a device: its own connection, or a broker that it is behind.</summary>
internal interface ICommandCarrier
{
    /// <summary>The newest command of the device that was taken and is not to be offered again; 0 for none.</summary>
    long LastCommand(ulong device);

    /// <summary>Takes a command on its way, if it can.</summary>
    /// <returns>Whether the next may follow at once. Otherwise the device rings when it may.</returns>
    bool TryDeliver(byte[] topic, QueuedCommand command);
}
