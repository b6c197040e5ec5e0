# The bytes of a PNG of 12x8 in RGB; one object, not a stream of bytes.
, [Convert]::FromBase64String(@'
iVBORw0KGgoAAAANSUhEUgAAAAwAAAAICAIAAABChommAAAAtklEQVR42g3NoREAIQxFwRSBRr8iUgQaTREpAo2miBSBRtPLv/M7s2ZGMTDc1EzDFMY0tpGm
Y3oms0qpUPGqVjWqojIru5JVp+rVH7mKC5c7zRlOuKZru9I5znPMukoXXd5pndGJrtm1u7JzOq//KCgBgYdaaIQimMEOMnRCL/5uURYsfKktjaVYzMVe5NJZ
eutHqZIi5UlLRhKpmdqpTE7y8u+uyhVXfmmXcYmrebWv8nIu7/IB+GSH8fJKdpAAAAAASUVORK5CYII=
'@)
