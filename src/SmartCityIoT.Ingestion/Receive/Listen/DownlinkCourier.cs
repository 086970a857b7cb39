#pragma warning disable CA1822
namespace SmartCityIoT.Ingestion.Receive.Listen;

internal sealed class DownlinkCourier
{
    public void Look(DeviceConnection connection) { }
    public void NoteSent(long command) { }
    public void NoteDelivered(long command) { }
}
